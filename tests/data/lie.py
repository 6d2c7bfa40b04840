"""A pack whose trusted signer lies: lie.py PACK OUT KEY.pem EDIT, where EDIT is Python over

    files      sha256 -> bytes            reports    list of documents
    contracts  list of documents          entries    list of documents (chained anew)
    names      sha256 -> source_ref       pack       the document pack.json, before its digests

Everything that follows from these is computed again, so that only the lie itself can be found.
"""
import base64, binascii, hashlib, json, struct, subprocess, sys, tempfile, zipfile

def jcs(v):
    return json.dumps(v, sort_keys=True, separators=(',', ':'), ensure_ascii=False).encode()

def sha(b):
    return hashlib.sha256(b).hexdigest()

def sign(key, payload):
    kind = 'application/vnd.in-toto+json'
    with tempfile.NamedTemporaryFile() as pae:
        pae.write(b'DSSEv1 %d %s %d %s' % (len(kind), kind.encode(), len(payload), payload))
        pae.flush()
        sig = subprocess.run(['openssl', 'pkeyutl', '-sign', '-inkey', key, '-rawin', '-in', pae.name], capture_output=True, check=True).stdout
    return jcs({'payload': base64.b64encode(payload).decode(), 'payloadType': kind, 'signatures': [{'sig': base64.b64encode(sig).decode()}]})

def archive(members, out):
    body = directory = b''
    for name, data in members:
        common = struct.pack('<HHHHHIIIHH', 20, 0, 0, 0, 0x21, binascii.crc32(data), len(data), len(data), len(name), 0)
        directory += struct.pack('<IH', 0x02014b50, 3 << 8 | 20) + common + struct.pack('<HHHII', 0, 0, 0, 0o100644 << 16, len(body)) + name.encode()
        body += struct.pack('<I', 0x04034b50) + common + name.encode() + data
    with open(out, 'wb') as f:
        f.write(body + directory + struct.pack('<IHHHHIIH', 0x06054b50, 0, 0, len(members), len(members), len(directory), len(body), 0))

source, out, key, edit = sys.argv[1:5]
with zipfile.ZipFile(source) as z:
    held = {n: z.read(n) for n in z.namelist()}
pack = json.loads(held['pack.json'])
s = {
    'pack': pack, 'sha': sha, 'jcs': jcs, 'json': json,
    'files': {n[6:]: b for n, b in held.items() if n.startswith('files/')},
    'names': {c['sha256']: c['source_ref'] for c in pack['contents']},
    'contracts': [json.loads(b) for n, b in held.items() if n.startswith('contracts/')],
    'reports': [json.loads(b) for n, b in held.items() if n.startswith('reports/')],
    'entries': [json.loads(line) for line in held['ledger.ndjson'].splitlines()],
}
exec(edit, s)
slice_ = b''
for i, e in enumerate(s['entries']):
    if i and e['seq'] == s['entries'][i - 1]['seq'] + 1:
        e['prev'] = hashlib.sha256(b'\0' + jcs(s['entries'][i - 1])).hexdigest()
    slice_ += jcs(e) + b'\n'
contracts = sorted('contracts/%s.json' % sha(jcs(c)) for c in s['contracts'])
reports = sorted('reports/%s.json' % sha(jcs(r)) for r in s['reports'])
members = {'contracts/%s.json' % sha(jcs(c)): jcs(c) for c in s['contracts']}
members.update({'reports/%s.json' % sha(jcs(r)): jcs(r) for r in s['reports']})
members['ledger.ndjson'] = slice_
order = contracts + reports + ['ledger.ndjson']
pack['contents'] = [{'type': 'smoke', 'source': 'evidence', 'source_ref': s['names'][h], 'file': 'files/' + h, 'sha256': h} for h in s['files']]
pack['metadata'] = {'members': {n: sha(members[n]) for n in order}}
pack['hash'] = sha(jcs({k: v for k, v in pack.items() if k not in ('status', 'reviewed_by', 'reviewed_at', 'hash')}))
document = jcs(pack)
verdicts = {}
for r in s['reports']:
    for i in r['inputs']:
        if 'sha256' in i and verdicts.get(i['sha256']) != 'fail':
            verdicts[i['sha256']] = r['verdict']
statement = {
    '_type': 'https://in-toto.io/Statement/v1', 'predicateType': 'urn:dealix:pack:v1',
    'predicate': {'pack_sha256': sha(document), 'contracts': [c[10:-5] for c in contracts], 'verdicts': verdicts},
    'subject': [{'digest': {'sha256': sha(document)}, 'name': 'pack.json'}] +
        sorted(({'digest': {'sha256': h}, 'name': s['names'][h]} for h in s['files']), key=lambda x: x['name']),
}
archive([('pack.dsse.json', sign(key, jcs(statement))), ('pack.json', document)] +
        [('files/' + h, s['files'][h]) for h in sorted(s['files'])] + [(n, members[n]) for n in order], out)
