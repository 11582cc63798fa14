import { expect } from 'chai';
import { createJob, seqOf } from '#lib/redis/create-job.js';
import { changeControl, countStates, countWanted } from '#lib/redis/control.js';
import { cancelJob, findJob, getJob, removeJob } from '#lib/redis/jobs.js';
import { sendHeartbeat } from '#lib/redis/attempts.js';
import { readTrail } from '#lib/redis/trail.js';
import { caught } from '../../support/caught.js';
import { create, finish, idOf, newJob, newPush, setCapacity, takeJob } from '../../support/room-jobs.js';
import { openTestRoom, TEST_START, type TestRoom } from '../../support/room.js';

describe('create-job', () => {
  let test: TestRoom;
  before(async () => {
    test = await openTestRoom();
  });
  beforeEach(() => test.clear());
  after(() => test.stop());

  const stateOf = async (n: number): Promise<string | undefined> => (await findJob(test.room, idOf(n)))?.state;

  it('makes a job with all its inputs, ready when there is room', async () => {
    const inputs = newJob(1, {
      env: { A: 'é"\n\u{1f600}' },
      message: 'x \u{1f600}',
      retryOnLost: false,
      priority: -100,
    });
    expect(await createJob(test.room, inputs)).to.deep.equal({ outcome: 'created', id: idOf(1), state: 'ready' });
    const { supersedes: _, ...kept } = inputs;
    expect(await getJob(test.room, idOf(1))).to.deep.include({
      ...kept,
      state: 'ready',
      attempt: 0,
      createdAt: TEST_START,
      readyAt: TEST_START,
      cause: null,
      finishedAt: null,
    });
    expect((await readTrail(test.room, inputs.sha)).map(({ code }) => code)).to.deep.equal(['job-created']);
    expect(await countStates(test.room)).to.include({ ready: 1, queued: 0 });
  });

  it('takes half a surrogate pair from outside as U+FFFD and leaves a backslash alone', async () => {
    await create(test.room, 1, { message: 'a\ud83db \\ud83d \\\ud83d' });
    expect((await getJob(test.room, idOf(1))).message).to.equal('a\ufffdb \\ud83d \\\ufffd');
  });

  it('answers repeated for an id or an Idempotency-Key that came before', async () => {
    const key = { key: 'k', requestHash: 'h' };
    expect((await createJob(test.room, newJob(1), key)).outcome).to.equal('created');
    expect((await create(test.room, 1)).outcome).to.equal('repeated');
    expect(await createJob(test.room, newJob(2), key)).to.deep.equal({
      outcome: 'repeated',
      id: idOf(1),
      state: 'ready',
    });
    expect(await findJob(test.room, idOf(2))).to.equal(null);
  });

  it('refuses an Idempotency-Key of another request', async () => {
    await createJob(test.room, newJob(1), { key: 'k', requestHash: 'h' });
    const error = await caught(createJob(test.room, newJob(2), { key: 'k', requestHash: 'other' }));
    expect(error).to.have.property('code', 'idempotency-conflict');
  });

  it('makes a job when the one of its Idempotency-Key was removed', async () => {
    const key = { key: 'k', requestHash: 'h' };
    await createJob(test.room, newJob(1), key);
    await cancelJob(test.room, idOf(1), 'user');
    await removeJob(test.room, idOf(1));
    expect(await createJob(test.room, newJob(2), key)).to.include({ outcome: 'created', id: idOf(2) });
  });

  it('makes one job for a change; a cancelled one does not count', async () => {
    await createJob(test.room, newPush(1));
    expect(await createJob(test.room, newPush(1, { id: idOf(2) }))).to.include({ outcome: 'duplicate', id: idOf(1) });
    await cancelJob(test.room, idOf(1), 'user');
    expect(await createJob(test.room, newPush(1, { id: idOf(2) }))).to.include({ outcome: 'created', id: idOf(2) });
  });

  it('makes a job again for each manual request of the same commit', async () => {
    await create(test.room, 1);
    expect((await create(test.room, 2)).outcome).to.equal('created');
  });

  describe('superseding', () => {
    const topic = { ref: 'refs/heads/topic', supersedes: true };

    it('cancels an older waiting job of the line, and gives its slot to the best that waits then', async () => {
      await createJob(test.room, newPush(1, topic));
      await create(test.room, 2);
      await createJob(test.room, newPush(3, { ...topic, priority: 10 }));
      const older = await getJob(test.room, idOf(1));
      expect(older).to.include({ state: 'cancelled', cause: 'superseded', supersededBy: idOf(3) });
      expect(older.reason).to.include(idOf(3));
      expect(await stateOf(3)).to.equal('ready');
      expect(await stateOf(2)).to.equal('queued');
    });

    it('asks an older running job to stop', async () => {
      await createJob(test.room, newPush(1, topic));
      const claim = await takeJob(test.room);
      await createJob(test.room, newPush(2, topic));
      expect((await sendHeartbeat(test.room, claim)).verdict).to.equal('cancel');
      expect(await getJob(test.room, idOf(1))).to.include({ state: 'running', cancelling: 'superseded' });
      await finish(test.room, claim, { state: 'cancelled', cause: 'user', reason: null, exitCode: null, result: null });
      const ended = await getJob(test.room, idOf(1));
      expect(ended).to.include({ state: 'cancelled', cause: 'superseded', supersededBy: idOf(2), cancelling: null });
      expect(await stateOf(2)).to.equal('ready');
    });

    it('says nothing of a successor when the job ended before it could be stopped', async () => {
      await createJob(test.room, newPush(1, topic));
      const claim = await takeJob(test.room);
      await createJob(test.room, newPush(2, topic));
      await finish(test.room, claim);
      const ended = await getJob(test.room, idOf(1));
      expect(ended).to.include({ state: 'succeeded', supersededBy: '', cancelling: null, cause: null });
    });

    it('makes a job that is older than one of its line cancelled', async () => {
      await createJob(test.room, newPush(2, topic));
      expect(await createJob(test.room, newPush(1, topic))).to.include({ outcome: 'created', state: 'cancelled' });
      expect(await getJob(test.room, idOf(1))).to.include({ cause: 'superseded', supersededBy: idOf(2) });
      expect(await countWanted(test.room, 'rust')).to.equal(1);
    });

    it('leaves other refs, types, repositories and manual jobs alone, and lines that do not supersede', async () => {
      await createJob(test.room, newPush(1, { ...topic, ref: 'refs/heads/other' }));
      await createJob(test.room, newPush(2, { ...topic, agentType: 'node' }));
      await createJob(test.room, newPush(3, { ...topic, repo: 'o/s' }));
      await create(test.room, 4, { ref: topic.ref });
      await createJob(test.room, newPush(5, { supersedes: false }));
      await createJob(test.room, newPush(6, { supersedes: false }));
      await createJob(test.room, newPush(7, topic));
      expect(await countStates(test.room)).to.include({ cancelled: 0, ready: 2, queued: 5 });
    });
  });

  it('orders pushes by the id of their inbox entry', () => {
    const ids = ['5-0', '1700000000000-2', '1700000000000-10', '1700000000001-0'];
    expect(ids.map(seqOf)).to.deep.equal(ids.map(seqOf).sort());
    expect(seqOf('')).to.equal('000000000000000-000000');
  });

  it('keeps a job waiting while the platform is paused', async () => {
    await changeControl(test.room, { paused: true });
    expect((await create(test.room, 1)).state).to.equal('queued');
    await setCapacity(test.room, 5);
    expect(await stateOf(1)).to.equal('queued');
    await changeControl(test.room, { paused: false });
    expect(await stateOf(1)).to.equal('ready');
  });
});
