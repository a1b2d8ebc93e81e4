// The socket of a page that sends 20,000 events at once; it prints what becomes of it. `node flooding_page.mjs <url>`
import { createRequire } from 'node:module';

const { io } = createRequire(`${process.cwd()}/`)('socket.io-client');
const socket = io(process.argv[2], { transports: ['websocket'], reconnectionDelay: 500 });
let connections = 0;

socket.on('error', ({ code }) => code !== 'unknown_event' && console.log(code));
socket.on('disconnect', (reason) => console.log(reason));
socket.on('connect', async () => {
  connections += 1;
  if (connections === 1) for (let number = 0; number < 20_000; number += 1) socket.emit('nonsense', {});
  else {
    const { ok } = await socket.timeout(10_000).emitWithAck('subscribe', { scope: 'user:local' });
    console.log(ok ? 'answered again' : 'not answered');
    process.exit(0);
  }
});
