import 'reflect-metadata';
import {webcrypto} from 'node:crypto';
import {BasicConstraintsExtension, SubjectAlternativeNameExtension, X509CertificateGenerator} from '@peculiar/x509';

/** A key and a certificate for a name that only itself vouches for. */
export async function makeCertificates(name: string): Promise<{readonly key: string; readonly cert: string}> {
  const signing = {name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256'};
  const keys = (await webcrypto.subtle.generateKey(signing, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair;
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    notBefore: new Date(Date.now() - 60_000),
    notAfter: new Date(Date.now() + 3_600_000),
    signingAlgorithm: signing,
    keys: keys as never,
    extensions: [new BasicConstraintsExtension(false), new SubjectAlternativeNameExtension([{type: 'dns', value: name}])],
  });
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  return {key: `-----BEGIN PRIVATE KEY-----\n${pkcs8}\n-----END PRIVATE KEY-----\n`, cert: certificate.toString('pem')};
}
