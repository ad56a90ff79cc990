// Loaded before the first paint: "auto" follows the device, so that a dark room never flashes white, and the navigation
// is folded at once where the person left it folded.

(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    const chosen = root.dataset.rnTheme || "auto";
    const wanted = chosen === "auto" ? (dark.matches ? "dark" : "light") : chosen;
    if (root.dataset.bsTheme !== wanted) root.dataset.bsTheme = wanted;
  };
  apply();
  root.dataset.nav ||= localStorage.getItem("rn-nav") ?? "wide";
  dark.addEventListener("change", apply);
  new MutationObserver(apply).observe(root, { attributeFilter: ["data-rn-theme"] });
})();
