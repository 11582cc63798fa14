import { spawnBound } from '../../../cli/local/bound-process.js';

const [, , line = ''] = process.argv;
await spawnBound('sh', ['-c', line], { env: process.env, stdio: 'inherit' });
setInterval(() => undefined, 1000);
