// An implementation of DSSE that is none of ours judges envelopes: the encoding is @sigstore/core's, the signature node's.
//   node dsse.js verify PUBLIC.pem ENVELOPE...          status 0: each has a signature of that key
//   node dsse.js refuse PUBLIC.pem ENVELOPE...          status 0: none has
//   node dsse.js make PRIVATE.pem PAYLOAD [TYPE]        the envelope on stdout
'use strict';
const crypto = require('crypto');
const fs = require('fs');
const sigstore = require(require.resolve('@sigstore/core', { paths: [process.cwd()] }));

function verify(pem, files, wanted) {
	const key = sigstore.crypto.createPublicKey(fs.readFileSync(pem, 'utf8'));
	for (const file of files) {
		const e = JSON.parse(fs.readFileSync(file, 'utf8'));
		const signed = sigstore.dsse.preAuthEncoding(e.payloadType, Buffer.from(e.payload, 'base64'));
		if (e.signatures.some((s) => sigstore.crypto.verify(signed, key, Buffer.from(s.sig, 'base64'))) !== wanted) {
			console.log(`${file}: ${wanted ? 'no' : 'a'} signature of that key`);
			return 1;
		}
	}
	return 0;
}

function make(pem, file, type) {
	const payload = fs.readFileSync(file);
	const sig = crypto.sign(null, sigstore.dsse.preAuthEncoding(type, payload), crypto.createPrivateKey(fs.readFileSync(pem, 'utf8')));
	process.stdout.write(JSON.stringify({
		signatures: [{ sig: sig.toString('base64') }], payloadType: type, payload: payload.toString('base64'),
	}, null, 2) + '\n');
	return 0;
}

const [verb, pem, ...rest] = process.argv.slice(2);
process.exitCode = verb === 'make' ? make(pem, rest[0], rest[1] || 'application/vnd.in-toto+json') : verify(pem, rest, verb === 'verify');
