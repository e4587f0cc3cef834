import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {conditionOf, eventually, startTestCluster, type TestCluster} from './cluster.ts';

let cluster: TestCluster;
beforeAll(async () => {
  cluster = startTestCluster({names: {web: '10.244.1.3'}});
  cluster.run('shell', {containers: [{name: 'main', image: 'busybox', command: ['sleep', 'infinity']}]});
  await eventually(() => conditionOf(cluster.pod('shell'), 'Ready') === 'True', 'the shell pod is ready');
  cluster.run('web', {containers: [{name: 'web', image: 'web'}]});
  await eventually(() => conditionOf(cluster.pod('web'), 'Ready') === 'True', 'the web pod is ready');
});
afterAll(() => cluster.close());

const sh = (script: string, stdin?: string) => cluster.exec('shell', ['sh', '-c', script], stdin === undefined ? {} : {stdin});
const output = async (script: string, stdin?: string) => (await sh(script, stdin)).stdout;

describe('a script', () => {
  const scripts: readonly (readonly [what: string, script: string, expected: string])[] = [
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's own
    ['expands words', 'A="x y"; echo "$A" $A ${B:-none}', 'x y x y none\n'],
    ['tells the last exit code', 'false; echo $?; true; echo $?', '1\n0\n'],
    ['loops with break and continue', 'for i in 1 2 3 4; do [ $i = 2 ] && continue; [ $i = 4 ] && break; echo $i; done', '1\n3\n'],
    ['counts', 'i=0; while [ $i -lt 3 ]; do i=$((i+1)); echo $i; done', '1\n2\n3\n'],
    ['chooses', 'case abc in x) echo no;; a*) echo yes;; esac', 'yes\n'],
    ['pipes', 'printf "b\\na\\n" | sort | head -n 1', 'a\n'],
    ['reads line by line', 'printf "1 2\\n3 4\\n" | while read a b; do echo $b $a; done', '2 1\n4 3\n'],
    ['calls functions', 'f() { echo "f $1"; return 4; }; f z; echo $?', 'f z\n4\n'],
    ['substitutes commands', 'echo "[$(echo in; echo ner)]"', '[in\nner]\n'],
    ['redirects', 'echo a > /tmp/r; echo b >> /tmp/r; cat < /tmp/r; cat /nope 2>/dev/null; echo $?', 'a\nb\n1\n'],
    ['redirects a whole loop', 'for i in 1 2; do echo $i; done > /tmp/loop; cat /tmp/loop', '1\n2\n'],
    ['keeps its working directory', 'cd /tmp; pwd; (cd /etc; pwd); pwd', '/tmp\n/etc\n/tmp\n'],
    ['runs jobs beside', '(sleep 0.05; echo late) & echo early; wait; echo end', 'early\nlate\nend\n'],
    ['ends at set -e', 'set -e; false || echo kept; false; echo never', 'kept\n'],
    ['runs its EXIT trap', 'trap "echo bye" EXIT; echo hi', 'hi\nbye\n'],
    ['exports', 'export X=1; Y=2; sh -c \'echo "$X$Y"\'', '1\n'],
    ['has here-documents', 'cat <<EOF\nv=$((1+1))\nEOF', 'v=2\n'],
    ['takes positional parameters', 'set -- a b; shift; echo $1 $#', 'b 1\n'],
  ];
  for (const [what, script, expected] of scripts) {
    it(what, async () => expect(await output(script)).toBe(expected));
  }

  it('gets its arguments after the script', async () => {
    expect((await cluster.exec('shell', ['sh', '-c', 'echo $0 $1 $@', 'name', 'x', 'y'])).stdout).toBe('name x x y\n');
  });

  it('says what is not found, with exit code 127', async () => {
    expect(await sh('foo')).toEqual({exit: 127, stdout: '', stderr: 'sh: foo: not found\n'});
  });

  it('reads its commands from input', async () => {
    expect((await cluster.exec('shell', ['sh'], {stdin: 'echo one\necho two\n'})).stdout).toBe('one\ntwo\n');
  });

  it('lets output flow while it still runs, and ends with its caller', async () => {
    cluster.run('ticker', {
      terminationGracePeriodSeconds: 1,
      containers: [
        {name: 'main', image: 'busybox', command: ['sh', '-c', 'i=0; while true; do i=$((i+1)); echo tick $i; sleep 0.05; done']},
      ],
    });
    await eventually(
      async () => conditionOf(cluster.pod('ticker'), 'Ready') === 'True' && (await cluster.logs('ticker')).includes('tick 3\n'),
      'it ticks',
    );
    cluster.api.delete('pods', 'test', 'ticker');
    await eventually(() => cluster.pod('ticker') === null, 'it is gone');
  });

  it('lets others work while it does nothing but loop', async () => {
    const busy = sh('while true; do :; done & sleep 0.3; kill $!; echo stopped');
    const started = performance.now();
    await output('echo beside');
    expect(performance.now() - started).toBeLessThan(2000);
    expect((await busy).stdout).toBe('stopped\n');
  });
});

describe('a command that is executed', () => {
  it('that is missing is an error of the runtime', async () => {
    const {exit} = await cluster.exec('shell', ['foo']);
    expect(exit).toMatch(
      /^error executing command in container: failed to exec in container: failed to start exec ".{64}": OCI runtime exec failed: .+exec: "foo": executable file not found in \$PATH$/,
    );
  });
  it('gets its arguments as they are', async () => {
    expect((await cluster.exec('shell', ['echo', '$HOME', '*', 'a  b'])).stdout).toBe('$HOME * a  b\n');
  });
  it('sees the environment of the container', async () => {
    const env = (await cluster.exec('shell', ['env'])).stdout.split('\n');
    expect(env).toEqual(
      expect.arrayContaining(['HOSTNAME=shell', 'HOME=/root', 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin']),
    );
  });
  it('reaches nothing of the host', async () => {
    for (const script of [
      'cat /etc/shadow',
      'cat ../../../../../../proc/version',
      'ls /home/root',
      'ln -s /etc/shadow /tmp/l; cat /tmp/l',
      'cat /proc/self/environ',
    ]) {
      const {stdout} = await sh(script);
      expect(stdout, script).toBe('');
    }
  });
  it('lists as ls does', async () => {
    expect(
      await output(
        'mkdir /tmp/ls && cd /tmp/ls && echo 12345 > b && mkdir a && ln -s b c && ls && ls -l | tail -n 3 | cut -c 1-10 && ls /nope',
      ),
    ).toBe('a\nb\nc\ndrwxr-xr-x\n-rw-r--r--\nlrwxrwxrwx\n');
  });
  it('archives absolute names without their slash, and every byte as it is', async () => {
    await output('echo AID/Cg== | base64 -d > /tmp/bytes; tar cf /tmp/x.tar -C /tmp bytes; mkdir /tmp/x; tar xf /tmp/x.tar -C /tmp/x');
    expect(await output('od -An -tx1 /tmp/x/bytes')).toMatch(/^ 000 200 377 012\n$/);
    const {stdout} = await cluster.exec('shell', ['tar', 'cf', '-', '/tmp/bytes']);
    expect(stdout.slice(0, 10)).toBe('tmp/bytes\0');
  });
  it('copies in and out as kubectl cp does', async () => {
    expect(
      (
        await sh(
          'mkdir -p /tmp/d && echo content > /tmp/d/f && tar cf - -C /tmp d > /tmp/a.tar && mkdir /tmp/e && tar xf /tmp/a.tar -C /tmp/e && cat /tmp/e/d/f',
        )
      ).stdout,
    ).toBe('content\n');
  });
});

describe('a tool on the network', () => {
  it('curl fetches, by name and by address', async () => {
    expect(await output('curl -s http://web:8080/x')).toBe('hello from web\n');
    expect(await output("curl -s -o /dev/null -w '%{http_code}\\n' 10.244.1.3:8080")).toBe('200\n');
    expect(await output('curl -sI web:8080')).toContain('HTTP/1.1 200 OK\r\n');
  });
  it('curl tells refused and unknown apart', async () => {
    const refused = await sh('curl -sS http://web:81/');
    expect(refused).toMatchObject({
      exit: 7,
      stderr: expect.stringMatching(/^curl: \(7\) Failed to connect to web port 81 after \d+ ms: Could not connect to server\n$/),
    });
    expect(await sh('curl -sS http://nobody/')).toMatchObject({exit: 6, stderr: 'curl: (6) Could not resolve host: nobody\n'});
  });
  it('works in substitutions and pipes', async () => {
    expect(await output('echo "got: $(curl -s web:8080)" | tr a-z A-Z')).toBe('GOT: HELLO FROM WEB\n');
  });
  it('wget prints and saves', async () => {
    expect(await output('wget -qO- http://web:8080/')).toBe('hello from web\n');
    expect(await sh('wget -q -O /tmp/w http://nobody/')).toMatchObject({exit: 1, stderr: "wget: bad address 'nobody'\n"});
  });
  it('nc looks whether somebody listens', async () => {
    expect(await sh('nc -zv web 8080')).toMatchObject({exit: 0});
    expect(await sh('nc -zv web 81')).toMatchObject({exit: 1, stderr: 'nc: web (web:81): Connection refused\n'});
  });
  it('ping says that there is no ICMP', async () => {
    expect(await sh('ping web')).toMatchObject({exit: 2, stderr: expect.stringContaining('not ICMP')});
  });
});
