/**
 * A process whose one purpose is to outlive this one by a moment: a shell that is told which process groups are ours, and
 * kills them when our end of its pipe closes, as it does however we die. It reaches workers that can't see that for
 * themselves because they are stopped. Where there is no shell (Windows), workers have to rely on their watchdogs.
 */
import { spawn, type ChildProcess } from 'node:child_process';

// A list of numbers between blanks; `+ N` adds one, `- N` takes it out. Signals to the terminal's processes are ignored.
const script = `
trap '' HUP INT QUIT TERM
p=' '
while read -r what n; do
  case $what in
    +) p="$p$n " ;;
    -) case $p in *" $n "*) p="\${p%%" $n "*} \${p#*" $n "}" ;; esac ;;
  esac
done
for n in $p; do kill -s KILL -- "-$n" "$n" 2>/dev/null; done
`;

export class Guardian {
  readonly #groups = new Set<number>();
  #shell: ChildProcess | undefined;
  #closed = false;

  /** @param pid leads a process group. */
  add(pid: number): void {
    this.#groups.add(pid);
    if (this.#shell === undefined) this.#start();
    else this.#tell(`+ ${pid}\n`);
  }

  remove(pid: number): void {
    this.#groups.delete(pid);
    this.#tell(`- ${pid}\n`);
  }

  /** Ends it; groups that it still knows are killed. */
  async close(): Promise<void> {
    this.#closed = true;
    const shell = this.#shell;
    if (shell === undefined) return;
    const gone = new Promise((resolve) => shell.once('close', resolve));
    shell.ref();
    shell.stdin?.end();
    await gone;
  }

  #start(): void {
    if (process.platform === 'win32') return;
    const shell = spawn('/bin/sh', ['-c', script], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
    this.#shell = shell;
    shell.unref();
    (shell.stdin as unknown as { unref(): void }).unref();
    // Somebody killed it, and our writing fails; another one takes over.
    shell.stdin.on('error', () => undefined);
    shell.on('error', () => undefined);
    shell.on('exit', () => {
      this.#shell = undefined;
      if (!this.#closed && this.#groups.size > 0) this.#start();
    });
    this.#tell([...this.#groups].map((pid) => `+ ${pid}\n`).join(''));
  }

  #tell(text: string): void {
    if (text !== '') this.#shell?.stdin?.write(text);
  }
}
