import { expect } from 'chai';
import { makeEvent } from '#lib/core/event.js';
import { receiveDelivery } from '#lib/redis/deliveries.js';
import { takeTurn, withLock } from '#lib/redis/locks.js';
import * as mirrors from '#lib/redis/mirrors.js';
import { findToken, listTokens, removeToken, saveToken } from '#lib/redis/tokens.js';
import { noteTrail, readTrail } from '#lib/redis/trail.js';
import { create, setCapacity, SHA } from '../../support/room-jobs.js';
import { openTestRoom, TEST_START, type TestRoom } from '../../support/room.js';
import { waitUntil } from '../../support/wait-until.js';

describe('records', () => {
  let test: TestRoom;
  before(async () => {
    test = await openTestRoom();
  });
  beforeEach(() => test.clear());
  after(() => test.stop());

  const codes = async (): Promise<string[]> => (await readTrail(test.room, SHA)).map(({ code }) => code);

  async function inbox(name: string): Promise<Record<string, unknown>[]> {
    const entries = await test.room.redis.xrange(`raibid:inbox:${name}`, '-', '+');
    // The test writes these events itself.
    return entries.map(([, fields]) => JSON.parse(fields[5] ?? '') as Record<string, unknown>);
  }

  describe('receive-delivery', () => {
    const data = { delivery: 'delivery-1', repo: 'o/r', ref: 'refs/heads/main' };
    const envelope = { id: '', source: 'github', time: TEST_START, partitionkey: 'o/r' };

    it('takes a delivery in once', async () => {
      const push = makeEvent('github.push', { ...envelope, data: { ...data, sha: SHA, message: 'é "x"\n' } });
      expect(await receiveDelivery(test.room, push)).to.equal('accepted');
      expect(await receiveDelivery(test.room, push)).to.equal('duplicate');
      expect(await inbox('mirror-sync')).to.deep.equal([push]);
      expect(await codes()).to.deep.equal(['delivered', 'delivery-repeated']);
    });

    it('takes one in that names no commit', async () => {
      expect(await receiveDelivery(test.room, makeEvent('github.delete', { ...envelope, data }))).to.equal('accepted');
      expect(await inbox('mirror-sync')).to.have.length(1);
    });
  });

  describe('mirrors', () => {
    const settings = { repo: 'o/r', upstream: 'https://example.com/r.git', tags: ['v*', '!v0*'], limit: 2 };

    it('are made, changed, listed and forgotten', async () => {
      expect(await mirrors.saveMirror(test.room, settings)).to.equal('created');
      await test.setTime(TEST_START + 5);
      expect(await mirrors.saveMirror(test.room, { ...settings, tags: [] })).to.equal('changed');
      await mirrors.saveMirror(test.room, { ...settings, repo: 'o/s' });
      const mirror = { ...settings, tags: [], createdAt: TEST_START, syncedAt: null, problem: null, defaultBranch: '' };
      expect(await mirrors.findMirror(test.room, 'o/r')).to.deep.equal(mirror);
      await mirrors.recordSync(test.room, 'o/r', { problem: 'away' });
      expect(await mirrors.findMirror(test.room, 'o/r')).to.deep.equal({ ...mirror, problem: 'away' });
      await mirrors.recordSync(test.room, 'o/r', { at: 9, defaultBranch: 'main' });
      expect(await mirrors.findMirror(test.room, 'o/r')).to.deep.equal({
        ...mirror,
        syncedAt: 9,
        defaultBranch: 'main',
      });
      expect((await mirrors.listMirrors(test.room)).map(({ repo }) => repo)).to.deep.equal(['o/r', 'o/s']);
      expect(await mirrors.forgetMirror(test.room, 'o/r')).to.equal(true);
      expect(await mirrors.forgetMirror(test.room, 'o/r')).to.equal(false);
      await mirrors.recordSync(test.room, 'o/r', { at: 9, defaultBranch: 'main' });
      expect(await mirrors.findMirror(test.room, 'o/r')).to.equal(null);
    });

    it('keep a created-at and a place when they have jobs of a removed one', async () => {
      await setCapacity(test.room, 3);
      await create(test.room, 1);
      await mirrors.saveMirror(test.room, { ...settings, limit: 1 });
      expect((await create(test.room, 2)).state).to.equal('held');
    });
  });

  describe('heads', () => {
    const head = { repo: 'o/r', ref: 'refs/heads/main', sha: SHA, seq: '', message: 'm' };
    const announce = (changes: Partial<mirrors.Head> = {}, building = false) =>
      mirrors.announceHead(test.room, { ...head, ...changes }, { building, now: TEST_START });

    it('are announced once, and again when they move, back too', async () => {
      expect(await announce()).to.equal('announced');
      expect(await announce()).to.equal('unchanged');
      expect(await announce({}, true)).to.equal('unchanged');
      expect(await announce({ sha: 'b'.repeat(40), seq: 'x' })).to.equal('announced');
      expect(await announce()).to.equal('announced');
      const events = await inbox('enqueue');
      expect(events).to.have.length(3);
      const data = { ...head, seq: '001700000000000-000000' };
      expect(events[0]).to.deep.include({ type: 'mirror.updated', partitionkey: 'o/r refs/heads/main', data });
      expect(events[1]).to.have.nested.property('data.seq', 'x');
      expect(await codes()).to.deep.equal(['announced', 'unchanged', 'unchanged', 'announced']);
    });

    it('that were only recorded are built when asked for', async () => {
      const refs = new Map([
        [head.ref, SHA],
        ['refs/heads/b', SHA],
      ]);
      await mirrors.recordHeads(test.room, 'o/r', refs);
      await mirrors.recordHeads(test.room, 'o/r', new Map());
      await mirrors.recordHeads(test.room, 'o/r', new Map([[head.ref, 'c'.repeat(40)]]));
      expect(await mirrors.readHeads(test.room, 'o/r')).to.deep.equal(refs);
      expect(await announce()).to.equal('unchanged');
      expect(await announce({}, true)).to.equal('announced');
      expect(await announce({}, true)).to.equal('unchanged');
      expect(await mirrors.dropHead(test.room, 'o/r', head.ref)).to.equal(true);
      expect(await mirrors.dropHead(test.room, 'o/r', head.ref)).to.equal(false);
      expect(await announce()).to.equal('announced');
    });
  });

  describe('trail', () => {
    it('keeps the last fifty things that happened to a commit, for a week', async () => {
      for (let i = 0; i < 60; i++) await noteTrail(test.room, SHA, 'skipped', `${i}`);
      const trail = await readTrail(test.room, SHA);
      expect(trail).to.have.length(50);
      expect(trail.at(-1)).to.deep.equal({ at: TEST_START, code: 'skipped', text: '59' });
      expect(await test.room.redis.ttl(`raibid:trail:${SHA}`)).to.be.within(604_700, 604_800);
    });
  });

  describe('tokens', () => {
    it('are found by hash, listed by name, removed by name', async () => {
      await saveToken(test.room, 'h1', { name: 'b', scope: 'read', createdAt: 1 });
      await saveToken(test.room, 'h2', { name: 'a', scope: 'admin', createdAt: 2 });
      expect(await findToken(test.room, 'h1')).to.deep.equal({ name: 'b', scope: 'read', createdAt: 1 });
      expect((await listTokens(test.room)).map(({ name }) => name)).to.deep.equal(['a', 'b']);
      expect(await removeToken(test.room, 'b')).to.equal(true);
      expect(await removeToken(test.room, 'b')).to.equal(false);
      expect(await findToken(test.room, 'h1')).to.equal(null);
    });
  });

  describe('release-lock', () => {
    const lock = (owner: string, ttlMs = 60_000) => ({ name: 'mirror:o/r', owner, ttlMs });

    it('lets one work at a time, and goes with the work, failed or not', async () => {
      const outer = await withLock(test.room, lock('one'), async () => {
        expect(await withLock(test.room, lock('two'), () => Promise.resolve(1))).to.deep.equal({ locked: false });
        return 2;
      });
      expect(outer).to.deep.equal({ locked: true, value: 2 });
      const failure = await withLock(test.room, lock('one'), () => Promise.reject(new Error('broken'))).catch(String);
      expect(failure).to.equal('Error: broken');
      expect(await withLock(test.room, lock('two'), () => Promise.resolve(3))).to.include({ locked: true });
    });

    it('is prolonged while the work lasts, and never takes the lock of another', async () => {
      const key = 'raibid:lock:mirror:o/r';
      await withLock(test.room, lock('one', 300), async () => {
        await test.room.redis.pexpire(key, 299_000);
        await waitUntil(async () => (await test.room.redis.pttl(key)) <= 300, { what: 'the lock was prolonged' });
        await test.room.redis.set(key, 'other');
      });
      expect(await test.room.redis.get(key)).to.equal('other');
    });

    it('gives a turn to the first who asks', async () => {
      expect([await takeTurn(test.room, 't', 60_000), await takeTurn(test.room, 't', 60_000)]).to.deep.equal([
        true,
        false,
      ]);
    });
  });
});
