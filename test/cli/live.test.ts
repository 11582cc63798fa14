import xterm from '@xterm/headless';
import { expect } from 'chai';
import fc from 'fast-check';
import { diffInline, diffScreen } from '../../cli/ui/frame-diff.js';
import { startLive } from '../../cli/ui/live.js';
import { waitUntil } from '../support/wait-until.js';
import { createTestTerminal } from './test-terminal.js';

type Screen = InstanceType<typeof xterm.Terminal>;

function openScreen(cols: number, rows: number): Screen {
  return new xterm.Terminal({ cols, rows, convertEol: true, allowProposedApi: true, scrollback: 200 });
}

const write = (screen: Screen, bytes: string) => new Promise<void>((resolve) => screen.write(bytes, resolve));

/** All lines from the top of the scrollback to the last one that is not empty. */
function readScreen({ buffer: { active } }: Screen): string[] {
  const lines = Array.from({ length: active.length }, (_, row) => active.getLine(row)?.translateToString(true) ?? '');
  while (lines.at(-1) === '') lines.pop();
  return lines;
}

const line = fc.string({ unit: fc.constantFrom('a', 'b', ' ', 'c'), maxLength: 20 }).map((text) => text.trimEnd());
const frames = fc.array(fc.array(line, { maxLength: 9 }), { minLength: 1, maxLength: 8 });
const trimEnd = (lines: readonly string[]) => lines.slice(0, lines.findLastIndex((text) => text !== '') + 1);

describe('frames', () => {
  it('diffScreen leaves exactly the last frame, full-width lines included', async () => {
    await fc.assert(
      fc.asyncProperty(frames, async (all) => {
        const screen = openScreen(20, 10);
        let before: readonly string[] = [];
        await write(screen, '\u001b[?1049h\u001b[?7l');
        for (const frame of all) {
          await write(screen, diffScreen(before, frame, 20));
          expect(readScreen(screen)).to.deep.equal(trimEnd(frame));
          before = frame;
        }
      }),
      { numRuns: 60 },
    );
  });

  it('diffInline leaves what was printed before, then exactly the last frame', async () => {
    await fc.assert(
      fc.asyncProperty(frames, fc.nat(12), async (all, above) => {
        const screen = openScreen(20, 10);
        const printed = Array.from({ length: above }, (_, number) => `printed ${number}`);
        await write(screen, printed.map((text) => `${text}\n`).join(''));
        let before: readonly string[] = [];
        for (const frame of all) {
          await write(screen, diffInline(before, frame, 20));
          expect(readScreen(screen)).to.deep.equal(
            [...printed, ...trimEnd(frame)].slice(0, trimEnd([...printed, ...frame]).length),
          );
          before = frame;
        }
      }),
      { numRuns: 60 },
    );
  });

  it('write only lines that changed', () => {
    const bytes = diffScreen(['same', 'old', 'same too'], ['same', 'new', 'same too'], 20);
    expect(bytes).to.include('new').and.not.include('same');
    expect(diffScreen(['same'], ['same'], 20)).to.equal('');
    expect(diffInline(['same'], ['same'], 20)).to.equal('');
  });
});

describe('startLive', () => {
  it('paints a burst of changes in few frames, one write each, and ends on the last', async () => {
    const { terminal, writes, out } = createTestTerminal({ tty: true });
    let count = 0;
    const live = startLive({ terminal, mode: 'inline', render: () => [`count ${count}`] });
    const start = performance.now();
    while (performance.now() - start < 350) {
      count += 1;
      live.refresh();
      await new Promise((resolve) => setImmediate(resolve));
    }
    live.stop();
    const seconds = (performance.now() - start) / 1000;
    const painted = writes.filter((bytes) => bytes.includes('count'));
    // The first and the last frame are outside the rhythm of ten a second.
    expect(painted.length).to.be.at.most(Math.ceil(seconds * 10) + 2);
    expect(painted.at(-1)).to.include(`count ${count}`);
    expect(out().endsWith('\u001b[?25h')).to.equal(true);
  });

  it('reads the size at each paint and draws anew after a change of it', async () => {
    const { terminal, resize, out } = createTestTerminal({ tty: true, width: 40, height: 10 });
    const live = startLive({ terminal, mode: 'screen', render: ({ width, height }) => [`${width}x${height}`] });
    expect(out()).to.include('\u001b[?1049h').and.to.include('40x10');
    resize(60, 5);
    await waitUntil(() => out().includes('60x5'));
    live.stop();
    expect(out()).to.match(/\u001b\[\?1049l$/);
  });

  it('keeps printed lines above a table drawn in place', async () => {
    const { terminal, out } = createTestTerminal({ tty: true, width: 30, height: 8 });
    const screen = openScreen(30, 8);
    const live = startLive({ terminal, mode: 'inline', render: () => ['table 1', 'table 2'] });
    live.printAbove('first');
    live.printAbove('second');
    live.stop();
    await write(screen, out());
    expect(readScreen(screen)).to.deep.equal(['first', 'second', 'table 1', 'table 2']);
  });
});
