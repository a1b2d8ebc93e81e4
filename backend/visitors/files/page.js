// A visitor's side of a public page: sends what is written, shows the reply while it is made.
'use strict';

const talk = document.getElementById('talk');
const form = document.getElementById('say');
const field = document.getElementById('message');
const state = document.getElementById('state');
const button = form.querySelector('button');

function say(role, who) {
  const said = document.createElement('div');
  said.className = `said ${role}`;
  const name = document.createElement('span');
  name.className = 'who';
  name.textContent = `${who}:`;
  const words = document.createTextNode('');
  said.append(name, words);
  talk.append(said);
  return words;
}

const toEnd = () => talk.scrollTo(0, talk.scrollHeight);

/** The events of a stream, one by one. */
async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const parts = (rest + value).split('\n\n');
    rest = parts.pop();
    for (const part of parts) yield JSON.parse(part.replace(/^data: /, ''));
  }
}

async function refusal(answer) {
  const told = await answer.json().catch(() => ({}));
  return told.error || 'That did not work. Try again.';
}

async function send(message) {
  const body = JSON.stringify({ message });
  const answer = await fetch(form.action, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
  if (!answer.ok) throw new Error(await refusal(answer));
  field.value = '';
  say('user', 'You').data = message;
  const reply = say('assistant', form.dataset.name);
  toEnd();
  for await (const event of events(answer.body)) {
    if (event.error) throw new Error(event.error);
    reply.data += event.chunk || '';
    toEnd();
    if (event.done) return;
  }
  throw new Error('The connection was lost. Reload the page to see the whole answer.');
}

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const message = field.value.trim();
  if (!message || button.disabled) return;
  button.disabled = true;
  state.className = '';
  state.textContent = '…';
  try {
    await send(message);
    state.textContent = '';
  } catch (error) {
    state.className = 'refusal';
    state.textContent = error instanceof TypeError ? 'The server cannot be reached. Try again.' : error.message;
  }
  button.disabled = false;
  field.focus();
});

field.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  form.requestSubmit();
});

toEnd();
button.disabled = false; // from now on it is heard
