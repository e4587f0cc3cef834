// Asks a DNS server over UDP as fast as it answers, with so many questions under way; prints answers a second as JSON.
import dgram from 'node:dgram';
import {parseArgs} from 'node:util';
import packet from 'dns-packet';

const {values} = parseArgs({
  options: {
    port: {type: 'string', default: '53'},
    seconds: {type: 'string', default: '1'},
    names: {type: 'string', default: ''},
    window: {type: 'string', default: '64'},
  },
});
const questions = values.names
  .split(',')
  .map((name, index) => packet.encode({type: 'query', id: index, flags: packet.RECURSION_DESIRED, questions: [{type: 'A', name}]}));
const window = Number(values.window);
const SOCKETS = 4;
const LOST_MS = 200;

let [answers, wrong, asked] = [0, 0, 0];
const sockets = Array.from({length: SOCKETS}, () =>
  dgram.createSocket({type: 'udp4', lookup: (host, _options, done) => done(null, host, 4)}),
);
const send = (socket: dgram.Socket): void => {
  const question = questions[asked++ % questions.length] as Buffer;
  socket.send(question, Number(values.port), '127.0.0.1');
};
const lastAnswer = new Map<dgram.Socket, number>();
const from = performance.now();
for (const socket of sockets) {
  socket.on('message', (message) => {
    answers++;
    if ((message.readUInt16BE(2) & 0xf) !== 0 || message.readUInt16BE(6) === 0) wrong++;
    lastAnswer.set(socket, performance.now());
    send(socket);
  });
  for (let index = 0; index < window / SOCKETS; index++) send(socket);
}
// datagrams get lost: a socket that hears nothing any more begins again
const again = setInterval(() => {
  for (const socket of sockets)
    if (performance.now() - (lastAnswer.get(socket) ?? 0) > LOST_MS) for (let index = 0; index < window / SOCKETS; index++) send(socket);
}, LOST_MS);
setTimeout(() => {
  const elapsed = (performance.now() - from) / 1_000;
  clearInterval(again);
  for (const socket of sockets) socket.close();
  console.log(JSON.stringify({answersPerSecond: answers / elapsed, wrong}));
}, Number(values.seconds) * 1_000);
