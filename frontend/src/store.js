// What is kept on this device until it has arrived: drafts and the outbox, in IndexedDB. Used by pages and the service worker.

const NAME = "roomnight";
const STORES = ["drafts", "outbox"];

let opened = null;

function database() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => STORES.forEach((store) => request.result.createObjectStore(store, { keyPath: "id" }));
    request.onsuccess = () => {
      request.result.onversionchange = () => request.result.close();
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
  });
  return opened;
}

async function run(store, mode, act) {
  const db = await database();
  return new Promise((resolve, reject) => {
    const transaction = db.transaction(store, mode);
    const request = act(transaction.objectStore(store));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });
}

export const read = (store, id) => run(store, "readonly", (box) => box.get(id));
export const write = (store, record) => run(store, "readwrite", (box) => box.put(record));
export const erase = (store, id) => run(store, "readwrite", (box) => box.delete(id));
export const everything = (store) => run(store, "readonly", (box) => box.getAll());
