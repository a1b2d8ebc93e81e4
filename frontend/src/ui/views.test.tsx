import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { renderAt, violations } from './testing/render';
import { giveLayout } from './testing/virtual';
import { textOf } from './text/text';

beforeAll(giveLayout);
beforeEach(() => localStorage.clear());

const TEA = '/my-locrits/Bob/chat/tea';
const box = () => screen.findByRole('textbox', { name: 'Message Bob' });

describe('every view', () => {
  it.each([
    ['the Locrits', '/', 'Marie'],
    ['a new conversation', '/my-locrits/Bob/chat', 'Hello, I am Bob. What shall we take apart today?'],
    ['a conversation', TEA, 'And if I have no thermometer?'],
    ['a new Locrit', '/create-locrit', 'How it thinks'],
    ['the settings of a Locrit', '/my-locrits/Bob/settings', 'Delete this Locrit'],
    ['the memory', '/my-locrits/Bob/memory-explorer', 'A year of days'],
    ['the remembered messages', '/my-locrits/Bob/memory?tab=messages&q=minutes', '2 messages with “minutes”'],
    ['the remembered conversations', '/my-locrits/Bob/memory?tab=sessions', 'Why tea turns bitter'],
    ['the settings', '/settings', 'Appearance'],
    ['the trash', '/trash', 'The trash is empty'],
    ['the storage', '/storage', 'Check everything'],
    ['an address that leads nowhere', '/nowhere', 'There is no page here'],
  ])('%s can be used with a screen reader', async (_, path, sign) => {
    const { container } = renderAt(path);
    expect((await screen.findAllByText(sign)).length).toBeGreaterThan(0);
    expect(await violations(container)).toEqual([]);
  });

  it.each([
    ['no Locrit exists', '/', 'empty', 'No Locrits yet'],
    ['the server is away and nothing is cached', '/my-locrits/Bob/memory', 'offline', 'The memory could not be read'],
    ['nothing is remembered', '/my-locrits/Pixie/memory', 'usual', 'Nothing was said with Pixie yet.'],
    ['the Locrit is unknown', '/chat/Nobody', 'usual', 'There is no Locrit called “Nobody”'],
    ['the conversation is unknown', '/my-locrits/Bob/chat/none', 'usual', 'This conversation is not here'],
    ['the Locrit is resting', '/chat/Pixie', 'usual', 'Pixie is resting. Wake it in its settings to talk.'],
    ['the model is starting', '/chat/Bob', 'starting', 'Starting the model…'],
    ['only the small model is there', '/chat/Bob', 'embedded', 'Small offline model'],
  ] as const)('says so when %s', async (_, path, state, sentence) => {
    renderAt(path, { state });
    expect(await screen.findByText(sentence)).toBeInTheDocument();
  });
});

it.each(['/my-locrits/Bob/settings', '/my-locrits/Bob/chat', '/chat/Bob', '/my-locrits/Bob/memory-explorer'])(
  'the page %s follows a Locrit that is renamed elsewhere',
  async (address) => {
    const { client } = renderAt(address);
    expect(await screen.findAllByText('Bob')).not.toHaveLength(0);
    await client.editLocrit('Bob', { name: 'Robert' });
    expect((await screen.findAllByText('Robert')).length).toBeGreaterThan(0);
    expect(screen.queryByText(/There is no Locrit/)).toBeNull();
  },
);

it.each(['/chat/Bob', '/models', '/my-locrits', '/my-locrits/Bob/settings'])(
  'the page %s calls the model that comes with Locrit as its other words do',
  async (address) => {
    const text = await textOf('fr');
    renderAt(address, { state: 'embedded', text });
    expect((await screen.findAllByText(text.model.small, { exact: false })).length).toBeGreaterThan(0);
    expect(screen.queryByText(/Small offline model/)).toBeNull();
  },
);

describe('the save state', () => {
  it.each([
    ['usual', /^Saved 2:02\sPM$/],
    ['offline', 'Offline · 3 waiting'],
    ['rejected', 'Something needs your decision'],
    ['unsaved', 'This browser has no room left. Free some space, then reload.'],
  ] as const)('of the page, %s, stands at the composer once', async (state, words) => {
    renderAt(TEA, { state });
    await box();
    expect(screen.getAllByText(words)).toHaveLength(1);
  });

  it('of a full browser stands until it is dismissed', async () => {
    const user = userEvent.setup();
    renderAt(TEA, { state: 'unsaved' });
    await box();
    await user.click(screen.getByRole('button', { name: 'Dismiss' }));
    expect(screen.queryByText(/no room left/)).toBeNull();
    expect(screen.queryByRole('button', { name: 'Dismiss' })).toBeNull();
  });

  it('of each message has a word', async () => {
    renderAt('/my-locrits/Bob/chat/troubles', { state: 'rejected' });
    const log = await screen.findByRole('log');
    for (const word of ['Interrupted', 'Failed', 'Stopped', /^Queued/, 'Sending', 'Needs your decision'])
      expect(await within(log).findByText(word)).toBeInTheDocument();
  });
});

describe('talking', () => {
  it('sends with Enter, shows Stop while the reply is written, and says politely when it is done', async () => {
    const user = userEvent.setup();
    renderAt('/my-locrits/Bob/chat', { wordMs: 30, said: 'That is a fair question.' });
    await user.type(await box(), 'How do I start?{Enter}');
    expect(await screen.findByRole('button', { name: 'Stop the reply' })).toBeVisible();
    expect(await screen.findByText('Bob has replied')).toBeInTheDocument();
    expect(await screen.findByRole('button', { name: 'Send' })).toBeDisabled();
    expect(await box()).toHaveValue('');
  });

  it('stops with Escape and keeps what was seen', async () => {
    const user = userEvent.setup();
    renderAt('/my-locrits/Bob/chat', { wordMs: 300 }); // a minute, in all
    await user.type(await box(), 'How do I start?{Enter}');
    await screen.findByRole('button', { name: 'Stop the reply' });
    await screen.findByText(/That is a fair/);
    await user.click(await box());
    await user.keyboard('{Escape}');
    expect(await screen.findByText('You stopped this reply. What you saw is kept.')).toBeInTheDocument();
    expect(screen.getByText(/That is a fair/)).toBeInTheDocument();
  });

  it('starts a new line with Shift-Enter', async () => {
    const user = userEvent.setup();
    renderAt(TEA);
    await user.type(await box(), 'one{Shift>}{Enter}{/Shift}two');
    expect(await box()).toHaveValue('one\ntwo');
  });

  it('edits the last question from an empty box with ↑', async () => {
    const user = userEvent.setup();
    const { client } = renderAt(TEA);
    await user.click(await box());
    await user.keyboard('{ArrowUp}');
    const editor = await screen.findByRole('textbox', { name: 'Edit your message' });
    await user.clear(editor);
    await user.type(editor, 'And without a thermometer?');
    await user.click(screen.getByRole('button', { name: 'Save only' }));
    await waitFor(() =>
      expect(client.store.messages.some(({ content }) => content === 'And without a thermometer?')).toBe(true),
    );
  });

  it('asks again beside the old reply', async () => {
    const user = userEvent.setup();
    renderAt(TEA);
    const log = await screen.findByRole('log');
    expect(await within(log).findByText('2/2')).toBeInTheDocument();
    await user.click(within(log).getAllByRole('button', { name: 'Retry' }).at(-1) as HTMLElement);
    expect(await within(log).findByText('3/3')).toBeInTheDocument();
  });

  it('lets the person decide about a message that was refused', async () => {
    const user = userEvent.setup();
    const { client } = renderAt('/my-locrits/Bob/chat/troubles', { state: 'rejected' });
    await user.click(await screen.findByRole('button', { name: 'Discard' }));
    await waitFor(() => expect(client.store.messages.some(({ opId }) => opId === 'op-9')).toBe(false));
  });

  it('leads from the status to what was refused, wherever it is', async () => {
    const user = userEvent.setup();
    const { client } = renderAt('/my-locrits', { state: 'rejected' });
    const [there] = await screen.findAllByRole('button', { name: 'Something needs your decision' }); // wide and narrow
    await user.click(there as HTMLElement);
    const dialog = await screen.findByRole('dialog', { name: 'What needs your decision' });
    expect(await within(dialog).findByText('A message that is too long.')).toBeInTheDocument();
    expect(await violations(dialog)).toEqual([]);
    const [discard] = within(dialog).getAllByRole('button', { name: 'Discard' });
    await user.click(discard as HTMLElement);
    await waitFor(() => expect(client.store.messages.some(({ opId }) => opId === 'op-9')).toBe(false));
  });

  it('lets the person change a message that was refused, which is sent again', async () => {
    const user = userEvent.setup();
    const { client, container } = renderAt('/my-locrits/Bob/chat/troubles', { state: 'rejected' });
    const discard = await screen.findByRole('button', { name: 'Discard' });
    await user.click(within(discard.parentElement as HTMLElement).getByRole('button', { name: 'Edit' }));
    const editor = await screen.findByRole('textbox', { name: 'Edit your message' });
    expect(editor).toHaveValue('A message that is too long.');
    expect(screen.queryByRole('button', { name: 'Save only' })).not.toBeInTheDocument();
    expect(await violations(container)).toEqual([]);
    await user.clear(editor);
    await user.type(editor, 'A short one.');
    await user.click(within(editor.closest('form') as HTMLElement).getByRole('button', { name: 'Send' }));
    await waitFor(() =>
      expect(client.store.messages.find(({ content }) => content === 'A short one.')?.state).toBe('queued'),
    );
  });
});

describe('finding the way', () => {
  it('opens the palette with Ctrl-K and follows it with the keyboard', async () => {
    const user = userEvent.setup();
    renderAt('/');
    await screen.findByRole('link', { name: 'Marie' });
    await user.keyboard('{Control>}k{/Control}');
    await user.type(await screen.findByRole('combobox'), 'beans{Enter}');
    expect(await screen.findByRole('log', { name: 'Conversation with Marie' })).toBeInTheDocument();
  });

  it('lists the shortcuts with ?', async () => {
    const user = userEvent.setup();
    renderAt('/');
    await user.keyboard('?');
    expect(await screen.findByRole('dialog', { name: 'Keyboard shortcuts' })).toBeInTheDocument();
  });
});

describe('a Locrit', () => {
  it('needs a name', async () => {
    const user = userEvent.setup();
    renderAt('/create-locrit');
    await user.click(await screen.findByRole('button', { name: 'Create' }));
    expect(await screen.findByText('Give it a name.')).toBeInTheDocument();
  });

  it('that was refused says why', async () => {
    const user = userEvent.setup();
    renderAt('/create-locrit');
    await user.type(await screen.findByRole('textbox', { name: 'Name' }), 'Bob');
    await user.click(screen.getByRole('button', { name: 'Create' }));
    expect(await screen.findByRole('alert')).toHaveTextContent(
      'There is already a Locrit called Bob. Choose another name.',
    );
  });

  it('is deleted only after a question', async () => {
    const user = userEvent.setup();
    const { client } = renderAt('/my-locrits/Marie/settings');
    await user.click(await screen.findByRole('button', { name: 'Delete' }));
    const question = await screen.findByRole('alertdialog', { name: 'Delete Marie?' });
    expect(client.store.locrits).toHaveLength(3);
    await user.click(within(question).getByRole('button', { name: 'Delete' }));
    await waitFor(() => expect(client.store.locrits).toHaveLength(2));
  });
});
