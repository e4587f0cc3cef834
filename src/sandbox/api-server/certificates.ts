import {existsSync, mkdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {writePrivate} from '../kept-files.ts';

/** PEM texts. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

export interface Certificates {
  readonly ca: KeyPair;
  readonly server: KeyPair;
  /** The administrator's, for kubeconfig files: CN kubernetes-admin, O system:masters. */
  readonly client: KeyPair;
}

/** What clients inside and outside may call the server. */
export interface ServerNames {
  readonly dns: readonly string[];
  readonly ips: readonly string[];
}

const NAMES: ServerNames = {
  dns: ['localhost', 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'kubernetes.default.svc.cluster.local'],
  ips: ['127.0.0.1', '::1', '10.96.0.1', '172.18.0.1'],
};

const TEN_YEARS_MS = 10 * 365 * 24 * 3600 * 1000;
const PARTS = ['ca', 'server', 'client'] as const;

/**
 * The certificates kept in that folder, made on first use: an own CA, the server's, and the administrator's. Files have mode 0600.
 * Kubeconfig files go on working over restarts.
 */
export async function loadCertificates(folder: string, extra: Partial<ServerNames> = {}): Promise<Certificates> {
  const files = PARTS.flatMap((part) => [`${part}.crt`, `${part}.key`]).map((name) => join(folder, name));
  if (!files.every((file) => existsSync(file))) save(folder, await makeCertificates(extra));
  const read = (part: string): KeyPair => ({
    cert: readFileSync(join(folder, `${part}.crt`), 'utf8'),
    key: readFileSync(join(folder, `${part}.key`), 'utf8'),
  });
  return {ca: read('ca'), server: read('server'), client: read('client')};
}

/** Each file whole or not at all, the last one last: whoever finds all of them finds those of one making. */
function save(folder: string, certificates: Certificates): void {
  mkdirSync(folder, {recursive: true, mode: 0o700});
  for (const part of PARTS) {
    writePrivate(join(folder, `${part}.crt`), certificates[part].cert);
    writePrivate(join(folder, `${part}.key`), certificates[part].key);
  }
}

async function makeCertificates(extra: Partial<ServerNames>): Promise<Certificates> {
  // the library registers its parts by decorators and needs this first; both are slow to load, so only whoever makes certificates does
  await import('reflect-metadata');
  const x509 = await import('@peculiar/x509');
  const {webcrypto} = process.getBuiltinModule('node:crypto');
  x509.cryptoProvider.set(webcrypto as unknown as Crypto);
  const algorithm = {name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256'} as const;
  const newKeys = () => webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const validity = {notBefore: new Date(Date.now() - 3600_000), notAfter: new Date(Date.now() + TEN_YEARS_MS)};
  const caKeys = await newKeys();
  const caName = 'CN=kiada-sandbox-ca';
  const caCertificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: caName,
    keys: caKeys,
    ...validity,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.digitalSignature, true),
      await x509.SubjectKeyIdentifierExtension.create(caKeys.publicKey),
    ],
  });

  async function issue(subject: string, extensions: InstanceType<typeof x509.Extension>[]): Promise<KeyPair> {
    const keys = await newKeys();
    const certificate = await x509.X509CertificateGenerator.create({
      subject,
      issuer: caName,
      publicKey: keys.publicKey,
      signingKey: caKeys.privateKey,
      ...validity,
      signingAlgorithm: algorithm,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        await x509.AuthorityKeyIdentifierExtension.create(caKeys.publicKey),
        ...extensions,
      ],
    });
    return {cert: certificate.toString('pem'), key: await pemOf(keys.privateKey)};
  }

  async function pemOf(key: CryptoKey): Promise<string> {
    return x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');
  }

  const {serverAuth, clientAuth} = x509.ExtendedKeyUsage;
  const names = [
    ...[...NAMES.dns, ...(extra.dns ?? [])].map((value) => ({type: 'dns' as const, value})),
    ...[...NAMES.ips, ...(extra.ips ?? [])].map((value) => ({type: 'ip' as const, value})),
  ];
  return {
    ca: {cert: caCertificate.toString('pem'), key: await pemOf(caKeys.privateKey)},
    server: await issue('CN=kube-apiserver', [
      new x509.ExtendedKeyUsageExtension([serverAuth]),
      new x509.SubjectAlternativeNameExtension(names),
    ]),
    client: await issue('O=system:masters, CN=kubernetes-admin', [new x509.ExtendedKeyUsageExtension([clientAuth])]),
  };
}
