import { expect } from 'chai';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Archive, openArchive } from '#lib/archive/archive.js';
import { finishJob } from '#lib/redis/attempts.js';
import { appendLog, endLog, listEndedLogs } from '#lib/redis/logs.js';
import { archiveLogs } from '../../../functions/dispatch/archive-logs.js';
import { makeLogRoomShort, openTestRoom, TEST_START, type TestRoom } from '../../support/room.js';
import { create, idOf, SUCCEEDED, takeJob } from '../../support/room-jobs.js';

describe('archiveLogs', () => {
  let test: TestRoom;
  let directory: string;
  before(async () => {
    test = await openTestRoom();
  });
  beforeEach(async () => {
    await test.clear();
    directory = await mkdtemp(join(tmpdir(), 'raibid-archive-'));
    await create(test.room, 1);
    const claim = await takeJob(test.room);
    await appendLog(test.room, claim, { number: 1, step: 0, at: TEST_START, data: Buffer.from('the only line\n') });
    await endLog(test.room, claim, 2);
    await finishJob(test.room, claim, SUCCEEDED);
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));
  after(() => test.stop());

  const archiveAll = (archive: Archive | null) =>
    archiveLogs({ room: test.room, archive, now: Date.now, random: Math.random });

  async function readText(archive: Archive): Promise<string> {
    let text = '';
    for await (const { data } of archive.read(idOf(1), 1, 0)) text += data.toString();
    return text;
  }

  it('moves a log that is due', async () => {
    const archive = openArchive(directory);
    await archiveAll(archive);
    expect(await readText(archive)).to.equal('the only line\n');
    expect(await listEndedLogs(test.room)).to.deep.equal([]);
  });

  it('leaves logs where they are without an archive, until room is short', async () => {
    await archiveAll(null);
    expect(await listEndedLogs(test.room)).to.have.lengthOf(1);
    await makeLogRoomShort(test.room);
    await archiveAll(null);
    expect(await listEndedLogs(test.room)).to.deep.equal([]);
  });

  it('keeps the log whole when a tick meets one that is still at it', async () => {
    const archive = openArchive(directory);
    let second: Promise<void> | null = null;
    // The next tick comes when the log is stored and not yet forgotten.
    const slow: Archive = {
      ...archive,
      async write(job, attempt, batches) {
        await archive.write(job, attempt, batches);
        if (second) return;
        second = archiveAll({
          ...archive,
          async write(...log) {
            await first;
            await archive.write(...log);
          },
        });
        await listEndedLogs(test.room);
      },
    };
    const first = archiveAll(slow);
    await first;
    await Promise.resolve(second).catch(() => undefined);
    expect(await readText(archive)).to.equal('the only line\n');
  });
});
