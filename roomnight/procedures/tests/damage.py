"""Flow charts that somebody damaged, by accident or on purpose: what `test_damaged_files` feeds to the reader, the engine and the commands.

`damaged()` holds only files that must be refused; each has a name that says what is wrong with it.
"""

from __future__ import annotations

from roomnight.procedures.tests.flows import HEAD, USER, file_of, line, ways

START, END, A, B = '<startEvent id="s"/>', '<endEvent id="e"/>', USER.format("a"), USER.format("b")
WHOLE = file_of(
    '<laneSet id="ls"><lane id="l" name="前台" rn:role="receptionist"><flowNodeRef>a</flowNodeRef></lane></laneSet>'
    f'{START}<userTask id="a" name="问候客人"/><exclusiveGateway id="g" default="f3"/>{B}<exclusiveGateway id="h"/>{END}'
    + ways("s a", "a g", "g b:guests > 3", "g h", "b h", "h e")
)
"""The chart that is damaged; whole, it can be carried through."""


def damaged() -> dict[str, bytes]:
    return {
        **cut(), **encoded(), **holed(), **bombs(), **rounds(), **scripts(), **huge(), **deep(), **doubled(), **dangling(),
        **foreign(), **not_run(), **crossed(),
    }  # fmt: skip


def cut() -> dict[str, bytes]:
    """Cut off anywhere before its end."""
    whole = WHOLE.rstrip()
    return {f"cut at byte {at}": whole[:at] for at in range(0, len(whole) - 1, 17)}


def encoded() -> dict[str, bytes]:
    """Another encoding than the file says, or one that nobody knows."""
    text = WHOLE.decode()
    names = ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be", "gb18030", "cp500")
    found = {f"encoded as {name}": text.encode(name, "replace") for name in names}
    for name in (
        "gb18030",
        "big5",
        "shift_jis",
        "x-none",
        "utf-16",
        "../../etc/passwd",
        "punycode",
        "idna",
        "base64",
        "rot13",
    ):
        found[f"said to be {name}"] = text.replace("UTF-8", name).encode()
    return found


def holed() -> dict[str, bytes]:
    """A byte that no text has, or a sign of the markup gone."""
    found = {
        f"byte {byte:02x} at {at}": WHOLE[:at] + bytes([byte]) + WHOLE[at:]
        for byte in (0x00, 0xFF, 0xC0, 0x1B)
        for at in range(60, len(WHOLE) - 40, 170)
    }
    for sign in (b'"', b">", b"</", b"="):
        places = [at for at in range(len(WHOLE)) if WHOLE.startswith(sign, at)]
        for at in places[6 :: max(1, len(places) // 6)]:
            found[f"without {sign.decode()} at {at}"] = WHOLE[:at] + WHOLE[at + len(sign) :]
    return found


def bombs() -> dict[str, bytes]:
    """Entities that grow, and those that fetch something."""
    body = WHOLE.split(b"?>", 1)[1]
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 20))
    types = {
        "a billion laughs": f'<!DOCTYPE d [<!ENTITY a0 "ha">{laughs}]>',
        "one entity a hundred thousand times": f'<!DOCTYPE d [<!ENTITY a0 "{"x" * 100_000}">]>',
        "an entity that names itself": '<!DOCTYPE d [<!ENTITY a0 "&a0;">]>',
        "a file of the server": '<!DOCTYPE d [<!ENTITY a0 SYSTEM "file:///etc/passwd">]>',
        "an address": '<!DOCTYPE d [<!ENTITY a0 SYSTEM "http://127.0.0.1:1/">]>',
        "a type from elsewhere": '<!DOCTYPE d SYSTEM "http://127.0.0.1:1/x.dtd">',
        "a parameter entity": '<!DOCTYPE d [<!ENTITY % p SYSTEM "file:///etc/hostname"> %p;]>',
        "an empty type": "<!DOCTYPE definitions>",
        "defaults for attributes": '<!DOCTYPE d [<!ATTLIST task id CDATA "x">]>',
    }
    found = {name: doctype.encode() + body for name, doctype in types.items()}
    found |= {
        f"{name}, used": one.replace("问候客人".encode(), b"&a0;")
        for name, one in list(found.items())
        if b"ENTITY a0" in one
    }
    found["an unknown entity"] = WHOLE.replace("问候客人".encode(), b"&nobody;")
    return found


def rounds() -> dict[str, bytes]:
    """Rounds without anybody in them, and procedures that call themselves."""
    found = {}
    for length in (1, 2, 3, 8, 40):
        names = [f"g{n}" for n in range(length)]
        gates = "".join(f'<exclusiveGateway id="{name}" default="out"/>' for name in names)
        round_ = ways("s g0", *(f"{a} {b}:x == 1" for a, b in zip(names, [*names[1:], "g0"], strict=True)))
        out = f'<sequenceFlow id="out" sourceRef="{names[-1]}" targetRef="e"/>'
        found[f"a round of {length} gateways"] = file_of(f"{START}{gates}{END}{round_}{out}")
    for length in (1, 2, 5):
        calls = [
            f'<process id="p{n}" isExecutable="{"true" if not n else "false"}">'
            + line(f'<callActivity id="c{n}" calledElement="p{(n + 1) % length}"/>')
            .replace('"s"', f'"s{n}"')
            .replace('"e"', f'"e{n}"')
            .replace('id="f', f'id="p{n}f')
            + "</process>"
            for n in range(length)
        ]
        found[f"{length} procedures that call each other"] = f"{HEAD}{''.join(calls)}</definitions>".encode()
    found["a round that nothing ends"] = file_of(
        f"{START}{A}{B}<exclusiveGateway id='x'/>{END}{ways('s x', 'x a:y == 1', 'x e', 'a b', 'b a')}"
    )
    return found


EVIL = [
    "__import__('os').system('id')", "().__class__.__mro__[1].__subclasses__()", "open('/etc/passwd').read()", "exec('x')",
    "guests.__class__", "[x for x in guests]", "lambda: 1", "9**9**9**9", "'%999999999d' % 1", "f'{guests}'", "guests := 1",
    "guests; guests", "eval('1')", "globals()", "tags.append(1)", "-" * 400 + "1", "(" * 30 + "1" + ")" * 30 + " and " + "not " * 40 + "guests", "1" * 5000,
]  # fmt: skip


def scripts() -> dict[str, bytes]:
    """Code wherever a chart has room for some."""
    found = {
        "a script task": file_of(
            line('<scriptTask id="x" scriptFormat="python"><script>import os</script></scriptTask>')
        )
    }
    for number, text in enumerate(EVIL):
        found[f"a condition that is code, {number}"] = WHOLE.replace(b"guests > 3", text.encode())
    for name in ("os.system", "__import__", "eval", "roomnight.kernel.commands", "", " ", "a" * 5000):
        service = (
            f'<serviceTask id="x"><extensionElements><rn:command name="{name}"/></extensionElements></serviceTask>'
        )
        found[f"a service called {name[:30]!r}"] = file_of(line(service))
    value = '<serviceTask id="x"><extensionElements><rn:command name="procedures.notify"><rn:value name="to">open(1)</rn:value></rn:command></extensionElements></serviceTask>'
    found["code as a command's value"] = file_of(line(value))
    many = '<userTask id="x"><multiInstanceLoopCharacteristics><loopCardinality>{0}</loopCardinality></multiInstanceLoopCharacteristics></userTask>'
    for text in ("9**9", "open('x')", "1000000", "-1", "len(x)"):
        found[f"{text} instances"] = file_of(line(many.format(text)))
    timer = '<intermediateCatchEvent id="x"><timerEventDefinition><timeDuration>{0}</timeDuration></timerEventDefinition></intermediateCatchEvent>'
    for text in ("__import__('os')", "datetime.now()", "PT1H; 1", "R9999/PT1S"):
        found[f"a timer of {text}"] = file_of(line(timer.format(text)))
    for key, text in (("due", "P1D'"), ("dueFrom", "a.b"), ("person", "a b"), ("due", "")):
        task = f'<userTask id="x"><extensionElements><rn:task {key}="{text or "PT"}"/></extensionElements></userTask>'
        found[f"a task with {key} {text!r}"] = file_of(line(task))
    return found


def huge() -> dict[str, bytes]:
    """Ten megabytes of this and that, and more elements, steps and ways than anybody draws."""
    begin, end = f"{HEAD}<process id='p'>".encode(), b"</process></definitions>"
    tasks = lambda count: "".join(f'<task id="t{n}"/>' for n in range(count)).encode()  # noqa: E731 (named once, here)
    return {
        "ten megabytes of text": begin + b"x" * 10_000_000 + end,
        "ten megabytes of nothing": WHOLE + b" " * 10_000_000,
        "ten megabytes in one attribute": begin + b'<task id="' + b"x" * 10_000_000 + b'"/>' + end,
        "ten megabytes of remarks": begin + b"<!--" + b"x" * 10_000_000 + b"-->" + end,
        "ten megabytes of zeros": bytes(10_000_000),
        "just too large": WHOLE + b" " * (2_000_001 - len(WHOLE)),
        "forty thousand elements": begin + b'<task id="t"/>' * 40_000 + end,
        "sixty thousand attributes": begin + b"<task " + b" ".join(b'a%d="1"' % n for n in range(60_000)) + b"/>" + end,
        "five thousand steps": begin + tasks(5_000) + end,
        "three hundred steps in a row": file_of(line(*(USER.format(f"t{n}") for n in range(300)))),
        "ten thousand ways": file_of(f"{START}{A}{END}{ways(*['s a', 'a e'] * 5_000)}"),
        "a name of a megabyte": WHOLE.replace("问候客人".encode(), b"x" * 1_000_000).replace(b'id="e"', b'id="s"'),
    }  # fmt: skip


def deep() -> dict[str, bytes]:
    """One thing in another, too often."""
    found = {}
    for name in ("subProcess", "process", "lane", "childLaneSet", "extensionElements", "x"):
        for depth in (60, 500, 5_000):
            found[f"{depth} times {name} in itself"] = (
                f"{HEAD}{f'<{name}>' * depth}{f'</{name}>' * depth}</definitions>".encode()
            )
    return found


def doubled() -> dict[str, bytes]:
    """The same id twice, at every kind of thing that has one."""
    found = {
        f"{b} is called {a}": WHOLE.replace(f' id="{b}"'.encode(), f' id="{a}"'.encode())
        for a in "sagb"
        for b in ("h", "e", "l", "ls", "f0", "f4", "p")
    }
    found["an attribute twice"] = WHOLE.replace(b'id="a"', b'id="a" id="a2"')
    return found


def dangling() -> dict[str, bytes]:
    """What is referred to and is not there."""
    event = '<{0} id="x"{1}>{2}</{0}>'
    found = {}
    for key in ("sourceRef", "targetRef"):
        for number in range(3):
            at = WHOLE.decode().split(f'id="f{number}"')
            found[f"{key} of way {number}"] = (
                at[0] + f'id="f{number}"' + at[1].replace(f'{key}="', f'{key}="no', 1)
            ).encode()
    found["no source"] = WHOLE.replace(b'sourceRef="a"', b"")
    found["the usual way"] = WHOLE.replace(b'default="f3"', b'default="f99"')
    found["the step of an event on the border"] = file_of(
        f"{START}{A}{END}" + event.format("boundaryEvent", ' attachedToRef="no"', "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>")
        + ways("s a", "a e", "x e")
    )  # fmt: skip
    found["a message"] = file_of(line(event.format("receiveTask", ' messageRef="no"', "")))
    found["the message of an event"] = file_of(
        line(event.format("intermediateCatchEvent", "", '<messageEventDefinition messageRef="no"/>'))
    )
    found["a called procedure"] = file_of(line(event.format("callActivity", ' calledElement="no"', "")))
    found["nothing called"] = file_of(line(event.format("callActivity", "", "")))
    found["a decision"] = file_of(
        line(
            '<businessRuleTask id="x"><extensionElements><rn:decision ref="no"/></extensionElements></businessRuleTask>'
        )
    )
    found["a role"] = WHOLE.replace(b'rn:role="receptionist"', b'rn:role="king"')
    found["a level above"] = file_of(
        line(
            '<userTask id="x"><extensionElements><rn:task due="PT1H"><rn:escalate after="PT1H" to="king"/></rn:task></extensionElements></userTask>'
        )
    )
    found["a step without an id"] = file_of(f"{START}<task/>{A}{END}{ways('s a', 'a e')}")
    return found


def foreign() -> dict[str, bytes]:
    """Files in other words, or with ours in a wrong place."""
    space = "http://www.omg.org/spec/BPMN/20100524/MODEL"
    spaces = ("http://schema.omg.org/spec/BPMN/2.0", "http://www.wfmc.org/2008/XPDL2.1", "http://www.w3.org/1999/xhtml", "http://www.w3.org/2000/svg", "urn:roomnight:procedure", f"{space}/", space.lower(), "")  # fmt: skip
    found = {f"namespace {one or 'none'}": WHOLE.replace(space.encode(), one.encode()) for one in spaces}
    found["another root"] = WHOLE.replace(b"<definitions", b"<definition").replace(b"</definitions", b"</definition")
    found["a page"] = b"<!doctype html><html><body><script>alert(1)</script></body></html>"
    found["a picture"] = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
    found["a decision table"] = b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"/>'
    found["JSON"] = b'{"process": {"id": "p"}}'
    found["a zip file"] = b"PK\x03\x04" + bytes(100)
    found["a style sheet"] = (
        b'<?xml version="1.0"?><xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"/>'
    )
    found["a prefix that nobody declared"] = WHOLE.replace(b"<userTask", b"<q:userTask", 1)
    found["two roots"] = WHOLE + WHOLE.split(b"?>", 1)[1]
    return found


def not_run() -> dict[str, bytes]:
    """Elements of BPMN that are not run here; none is skipped in silence."""
    names = ("sendTask", "eventBasedGateway", "complexGateway", "adHocSubProcess", "transaction", "intermediateThrowEvent", "implicitThrowEvent", "choreographyTask", "callChoreography", "subChoreography", "callConversation", "globalScriptTask", "madeUp")  # fmt: skip
    found = {f"a {name}": file_of(line(f'<{name} id="x"/>')) for name in names}
    for event in ("startEvent", "intermediateCatchEvent", "endEvent"):
        for kind in ("signal", "error", "escalation", "cancel", "compensate", "conditional", "link"):
            inside = f'<{event} id="x"><{kind}EventDefinition/></{event}>'
            found[f"{kind} at {event}"] = file_of(f"{START}{inside}{END}{ways('s x', 'x e')}")
    found["a loop marker"] = file_of(line('<userTask id="x"><standardLoopCharacteristics/></userTask>'))
    found["a sub-process that an event starts"] = file_of(
        line(
            f'<subProcess id="x" triggeredByEvent="true">{line(B).replace(chr(34) + "s", chr(34) + "s2").replace(chr(34) + "e" + chr(34), chr(34) + "e2" + chr(34)).replace(chr(34) + "f", chr(34) + "k")}</subProcess>'
        )
    )
    return found


def crossed() -> dict[str, bytes]:
    """Ways that do not meet as they parted, from the smallest to more than can be looked at."""
    gate = '<{1}Gateway id="{0}"/>'.format
    found = {}
    for split, join in (
        ("exclusive", "parallel"),
        ("inclusive", "parallel"),
        ("parallel", "exclusive"),
        ("inclusive", "exclusive"),
    ):
        inside = f"{START}{gate('g', split)}{A}{B}{gate('h', join)}{USER.format('c')}{END}"
        found[f"{split} ways that a {join} gateway merges"] = file_of(
            inside + ways("s g", "g a:x == 1", "g b", "a h", "b h", "h c", "c e")
        )
    names = [f"n{n}" for n in range(90)]
    kinds = ("exclusive", "parallel", "inclusive")
    steps = "".join(gate(name, kinds[n % 3]) for n, name in enumerate(names))
    tangle = [
        f"{name} {other}:x == {n}"
        for n, name in enumerate(names[:-4])
        for other in (names[n + 1], names[n + 3], names[n + 4])
    ]
    found["ninety gateways crosswise"] = file_of(
        f"{START}{steps}{END}{ways('s n0', *tangle, *(f'{name} e' for name in names[-4:]))}"
    )
    return found
