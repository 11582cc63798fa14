import { expect } from 'chai';
import { RaibidError } from '#lib/errors.js';
import { keys } from '#lib/redis/keys.js';
import { checkSchema, SCHEMA_VERSION } from '#lib/redis/schema.js';
import { openTestRoom } from '../../support/room.js';

describe('checkSchema', () => {
  let test: Awaited<ReturnType<typeof openTestRoom>>;
  before(async () => {
    test = await openTestRoom();
  });
  beforeEach(() => test.clear());
  after(() => test.stop());

  it('marks new data and takes its own', async () => {
    await checkSchema(test.room);
    await checkSchema(test.room);
    expect(await test.room.redis.get(keys.schema)).to.equal(String(SCHEMA_VERSION));
  });

  it('refuses what a newer version wrote, and leaves it alone', async () => {
    await test.room.redis.set(keys.schema, SCHEMA_VERSION + 1);
    const failure: unknown = await checkSchema(test.room).catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(RaibidError).with.property('code', 'data-too-new');
    expect(await test.room.redis.get(keys.schema)).to.equal(String(SCHEMA_VERSION + 1));
  });
});
