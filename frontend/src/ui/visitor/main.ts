/** A visitor's side of a public page: sends what is written, shows the reply while it is made. The server made the page. */

import { Drawing } from './draw';

/** As backend/visitors/text.py has it. */
interface Text {
  you: string;
  image: string;
  unreachable: string;
  cut: string;
  failed: string;
  refusals: Record<string, string>;
}

interface Told {
  chunk?: string;
  done?: boolean;
  error?: string;
  code?: string;
  /** Of a limit: whose it is. */
  of?: string;
}

/** With a sentence for the visitor. */
class Refused extends Error {}

const by = <E extends Element>(selector: string) => document.querySelector(selector) as E;
const talk = by<HTMLElement>('#talk');
const form = by<HTMLFormElement>('#say');
const field = by<HTMLTextAreaElement>('#message');
const state = by<HTMLElement>('#state');
const button = by<HTMLButtonElement>('#say button');
const text = JSON.parse(form.dataset.text ?? '{}') as Text;

const toEnd = () => talk.scrollTo(0, talk.scrollHeight);

function say(role: 'user' | 'assistant', who: string): HTMLElement {
  const said = document.createElement('div');
  said.className = `said ${role}`;
  const name = document.createElement('span');
  name.className = 'who';
  name.textContent = `${who}:`;
  const words = document.createElement('div');
  words.className = 'text';
  said.append(name, words);
  talk.append(said);
  return words;
}

function drawnIn(words: Element): Drawing {
  words.classList.add('markdown');
  return new Drawing(words, text.image);
}

/** Of a stream that was cut: what was asked has arrived, and is not to be sent again. */
const ENDED = { value: undefined, done: true } as const;

/** The events of a stream, one by one. */
async function* events(body: ReadableStream<Uint8Array>): AsyncGenerator<Told> {
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read().catch(() => ENDED);
    if (done) return;
    const parts = (rest + value).split('\n\n');
    rest = parts.pop() ?? '';
    for (const part of parts) yield JSON.parse(part.replace(/^data: /, ''));
  }
}

function sentenceOf({ code = '', of, error }: Told): string {
  return text.refusals[`${code}:${of}`] ?? text.refusals[code] ?? error ?? text.failed;
}

async function send(message: string): Promise<void> {
  const headers = { 'Content-Type': 'application/json' };
  const answer = await fetch(form.action, { method: 'POST', headers, body: JSON.stringify({ message }) });
  if (!answer.ok || !answer.body) throw new Refused(sentenceOf(await answer.json().catch(() => ({}))));
  field.value = '';
  say('user', text.you).textContent = message;
  const drawing = drawnIn(say('assistant', form.dataset.name ?? ''));
  let reply = '';
  toEnd();
  for await (const event of events(answer.body)) {
    reply += event.chunk ?? '';
    drawing.show(reply, !event.done);
    toEnd();
    if (event.code) throw new Refused(sentenceOf(event));
    if (event.done) return;
  }
  throw new Refused(text.cut);
}

async function submit(message: string): Promise<void> {
  button.disabled = true;
  state.className = '';
  state.textContent = '…';
  try {
    await send(message);
    state.textContent = '';
  } catch (error) {
    state.className = 'refusal';
    state.textContent = error instanceof Refused ? error.message : text.unreachable;
  }
  button.disabled = false;
  field.focus();
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  const message = field.value.trim();
  if (message && !button.disabled) void submit(message);
});

field.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  form.requestSubmit();
});

for (const words of talk.querySelectorAll('.assistant .text')) drawnIn(words).show(words.textContent ?? '');
toEnd();
button.disabled = false; // from now on it is heard
