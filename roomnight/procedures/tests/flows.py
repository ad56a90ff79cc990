"""Small flow charts for tests."""

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:rn="urn:roomnight:procedure" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="D" targetNamespace="urn:test">\n'
)


def file_of(inside: str, before: str = "", attributes: str = 'isExecutable="true"') -> bytes:
    """A file with one process called `p`."""
    return f'{HEAD}{before}<process id="p" {attributes}>\n{inside}\n</process></definitions>'.encode()


def ways(*pairs: str) -> str:
    """Ways between steps: `ways("s t", "t e:done == true")` is s → t, and t → e under a condition."""
    drawn = []
    for number, pair in enumerate(pairs):
        ends, _colon, condition = pair.partition(":")
        source, target = ends.split()
        test = f"<conditionExpression><![CDATA[{condition}]]></conditionExpression>" if condition else ""
        drawn.append(f'<sequenceFlow id="f{number}" sourceRef="{source}" targetRef="{target}">{test}</sequenceFlow>')
    return "\n".join(drawn)


def line(*steps: str) -> str:
    """Steps one after the other, from start to end."""
    names = ["s", *(step.split('id="')[1].split('"')[0] for step in steps), "e"]
    return "\n".join(
        [
            '<startEvent id="s"/>',
            *steps,
            '<endEvent id="e"/>',
            ways(*(f"{a} {b}" for a, b in zip(names, names[1:], strict=False))),
        ]
    )


USER = '<userTask id="{0}" name="{0}"/>'
