/**
 * A self-signed certificate for kiada.example.com and its key, for the suite's TLS sidecar. Both are public on purpose:
 * they show how a Secret reaches a pod and protect nothing. Never use them for anything else.
 */
export const DEMO_CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIICCTCCAa+gAwIBAgIUYNXYvHF2286Qad9tSNoLbdZXMAkwCgYIKoZIzj0EAwIw
MTETMBEGA1UECgwKa2lhZGEgZGVtbzEaMBgGA1UEAwwRa2lhZGEuZXhhbXBsZS5j
b20wIBcNMjYxMTIzMTkwOTIxWhgPMjEyNjEwMzAxOTA5MjFaMDExEzARBgNVBAoM
CmtpYWRhIGRlbW8xGjAYBgNVBAMMEWtpYWRhLmV4YW1wbGUuY29tMFkwEwYHKoZI
zj0CAQYIKoZIzj0DAQcDQgAERkz/TJmWFrARR5FMOZqyegUFrFYCDdM8gSVZ/NTn
Y59P2qHWoE9jo4OdnYMViP33yXwVPA3PQS+7iA27YRXQY6OBojCBnzAdBgNVHQ4E
FgQUE5fucUTrdVu+4ckKkBlBQVc0X8AwHwYDVR0jBBgwFoAUE5fucUTrdVu+4ckK
kBlBQVc0X8AwTwYDVR0RBEgwRoIRa2lhZGEuZXhhbXBsZS5jb22CBWtpYWRhghkq
LmtpYWRhLnN2Yy5jbHVzdGVyLmxvY2Fsgglsb2NhbGhvc3SHBH8AAAEwDAYDVR0T
AQH/BAIwADAKBggqhkjOPQQDAgNIADBFAiAd+a5Nr4/rY7WQgtRKUGoG68Puz3Yd
gxE6qJeluuZ4CQIhALQJCcn6ZzsjIVi3g2Z+xM7piIX+EEQtWjtlqkkv1Xvx
-----END CERTIFICATE-----
`;

/** The key of DEMO_CERTIFICATE, as public as that. */
export const DEMO_KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgW2ONT0jQWm2HWWLU
O7sctWgGhcJYWxpkcwBHY3PF8R+hRANCAARGTP9MmZYWsBFHkUw5mrJ6BQWsVgIN
0zyBJVn81Odjn0/aodagT2Ojg52dgxWI/ffJfBU8Dc9BL7uIDbthFdBj
-----END PRIVATE KEY-----
`;
