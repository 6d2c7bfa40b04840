"""artifacts.py FOLDER DAY KIND...: writes the artifact that the first case of each kind's tests takes for valid, with the files it cites.
Its dates are moved so that on DAY it is as old as it is in its case; a case with files of its own (input_file) keeps them as they are."""
import datetime, json, pathlib, re, sys

folder, day = pathlib.Path(sys.argv[1]), datetime.date.fromisoformat(sys.argv[2])


def moved(text, days):
    return re.sub(r'(?<!\d)20\d\d-\d\d-\d\d', lambda m: str(datetime.date.fromisoformat(m[0]) + days), text)


for kind in sys.argv[3:]:
    case = json.loads((folder / f'{kind}.json').read_text())['cases'][0]
    for role, path in case.get('input_file', {}).items():
        pathlib.Path(f'{role}.json').write_bytes((folder / path).read_bytes())
    if 'input' in case:
        text = case['input'] if isinstance(case['input'], str) else json.dumps(case['input'])
        pathlib.Path(kind).write_text(moved(text, day - datetime.date.fromisoformat(case['now'][:10])))
    for path, content in case.get('files', {}).items():
        if isinstance(content, str):
            pathlib.Path(path).parent.mkdir(parents=True, exist_ok=True)
            pathlib.Path(path).write_text(content)
