import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { renderAt, violations } from './testing/render';
import { giveLayout } from './testing/virtual';

beforeAll(giveLayout);
beforeEach(() => localStorage.clear());

const TEA = '/my-locrits/Bob/chat/tea';
const BRANCHES = '/my-locrits/Bob/chat/branches';
const OLDER = 'Let it boil, then wait three minutes with the lid off.';

type User = ReturnType<typeof userEvent.setup>;

async function chooseOfLast(user: User, action: string) {
  const log = await screen.findByRole('log');
  await user.click((await within(log).findAllByRole('button', { name: 'More about this message' })).at(-1) as Element);
  await user.click(await screen.findByRole('menuitem', { name: action }));
}

describe('versions of a turn', () => {
  it('are chosen with the arrows, and the choice is remembered', async () => {
    const user = userEvent.setup();
    const first = renderAt(TEA);
    await user.click(await screen.findByRole('button', { name: 'Previous version' }));
    expect(await screen.findByText(OLDER)).toBeInTheDocument();
    first.unmount();
    renderAt(TEA);
    expect(await screen.findByText(OLDER)).toBeInTheDocument();
    await user.click(await screen.findByRole('button', { name: 'Show the newest' }));
    await waitFor(() => expect(screen.queryByText(OLDER)).not.toBeInTheDocument());
  });

  it('go on from the one that is shown', async () => {
    const user = userEvent.setup();
    const { client } = renderAt(TEA);
    await user.click(await screen.findByRole('button', { name: 'Previous version' }));
    await screen.findByText(OLDER);
    await user.type(screen.getByRole('textbox', { name: 'Message Bob' }), 'And then?{Enter}');
    expect(await screen.findByText('And then?', { selector: '[dir]' })).toBeInTheDocument();
    expect(screen.getByText(OLDER)).toBeInTheDocument();
    await waitFor(() => expect(screen.queryByRole('button', { name: 'Show the newest' })).not.toBeInTheDocument());
    expect(client.store.messages.find((each) => each.content === 'And then?')?.parent_id).toBe('tea-4');
  });

  it('of a question come from asking differently; what followed the old one stays behind its arrow', async () => {
    const user = userEvent.setup();
    renderAt(TEA);
    await user.click(await screen.findByRole('textbox', { name: 'Message Bob' }));
    await user.keyboard('{ArrowUp}');
    const editor = await screen.findByRole('textbox', { name: 'Edit your message' });
    await user.type(editor, ' Or a kettle?');
    await user.click(screen.getByRole('button', { name: 'Save and ask again' }));
    await screen.findByText('And if I have no thermometer? Or a kettle?', { selector: '[dir]' });
    expect(screen.queryByText('And if I have no thermometer?', { selector: '[dir]' })).not.toBeInTheDocument();
    await screen.findByText(/That is a fair/); // a choice counts until something newer is said
    await user.click(await screen.findByRole('button', { name: 'Previous version' }));
    expect(await screen.findByText('And if I have no thermometer?', { selector: '[dir]' })).toBeInTheDocument();
    expect(screen.getByText('three minutes')).toBeInTheDocument();
  });

  it('lead to the one that a link names', async () => {
    renderAt(`${BRANCHES}?message=branches-3`);
    expect(await screen.findByText('In a pot of twenty litres.')).toBeInTheDocument();
  });
});

describe('the history of a message', () => {
  it('shows what changed, and brings an earlier version back', async () => {
    const user = userEvent.setup();
    const { client } = renderAt(TEA);
    await client.actions.editMessage('tea-5', 'Take the lid off.');
    await chooseOfLast(user, 'History…');
    const dialog = await screen.findByRole('dialog', { name: 'History of this message' });
    expect((await within(dialog).findAllByRole('deletion')).length).toBeGreaterThan(0);
    expect(await violations(dialog)).toEqual([]);
    await user.click(within(dialog).getByRole('button', { name: 'Bring back' }));
    expect(await screen.findByText('three minutes')).toBeInTheDocument();
  });
});

describe('a message', () => {
  it('begins a conversation of its own', async () => {
    const user = userEvent.setup();
    const { client } = renderAt(TEA);
    await chooseOfLast(user, 'Fork from here');
    await waitFor(() =>
      expect(client.store.conversations.filter((each) => each.title.includes('tea'))).toHaveLength(2),
    );
  });

  it('is forgotten only after a question that says what that means', async () => {
    const user = userEvent.setup();
    renderAt(TEA);
    await chooseOfLast(user, 'Forget…');
    const question = await screen.findByRole('alertdialog', { name: 'Forget this message?' });
    expect(question).toHaveTextContent('This cannot be undone.');
    expect(await violations(question)).toEqual([]);
    await user.click(within(question).getByRole('button', { name: 'Forget for good' }));
    await waitFor(() => expect(screen.queryByText('three minutes')).not.toBeInTheDocument());
  });

  it('that was cut off goes on in its own place', async () => {
    const user = userEvent.setup();
    const { client } = renderAt('/my-locrits/Bob/chat/troubles');
    await user.click((await screen.findAllByRole('button', { name: 'Continue' }))[0] as Element);
    await waitFor(() => expect(client.store.messages.find((m) => m.message_id === 'troubles-2')?.state).toBe('saved'));
  });

  it('that was changed elsewhere shows both texts, and the person decides', async () => {
    const user = userEvent.setup();
    const { container, client } = renderAt(BRANCHES, { state: 'rejected' });
    const box = await screen.findByRole('region', { name: 'Changed elsewhere' });
    expect(box).toHaveTextContent('north-facing');
    expect(box).toHaveTextContent('small');
    expect(await violations(container)).toEqual([]);
    await user.click(within(box).getByRole('button', { name: 'Keep theirs' }));
    await waitFor(() => expect(screen.queryByRole('region', { name: 'Changed elsewhere' })).not.toBeInTheDocument());
    expect(client.store.messages.find((m) => m.message_id === 'branches-5')?.content).toContain('north-facing');
  });
});

describe('a conversation', () => {
  it('is forgotten only after a question', async () => {
    const user = userEvent.setup();
    const { client } = renderAt(TEA);
    await screen.findByText('three minutes');
    await user.click((await screen.findAllByRole('button', { name: /Why tea turns bitter/ })).at(-1) as Element);
    await user.click(await screen.findByRole('menuitem', { name: 'Forget…' }));
    const question = await screen.findByRole('alertdialog', { name: 'Forget “Why tea turns bitter”?' });
    await user.click(within(question).getByRole('button', { name: 'Forget for good' }));
    await waitFor(() => expect(client.store.conversations.some((c) => c.conversation_id === 'tea')).toBe(false));
  });
});

describe('the trash', () => {
  it('lists what was deleted, and is emptied only after a question', async () => {
    const user = userEvent.setup();
    const { container, client } = renderAt('/settings');
    await client.actions.deleteConversation('beans');
    await client.actions.deleteMessage('tea-2');
    await user.click((await screen.findAllByRole('link', { name: 'Trash' }))[0] as Element);
    expect(await screen.findByRole('button', { name: 'Restore “When to plant beans”' })).toBeInTheDocument();
    expect(await screen.findByText(/Because heat makes the leaf give up its tannins faster/)).toBeInTheDocument();
    expect(await violations(container)).toEqual([]);
    await user.click(screen.getByRole('button', { name: 'Empty the trash…' }));
    const question = await screen.findByRole('alertdialog', { name: 'Empty the trash?' });
    expect(await violations(question)).toEqual([]);
    await user.click(within(question).getByRole('button', { name: 'Destroy for good' }));
    expect(await screen.findByText('The trash is empty')).toBeInTheDocument();
  });
});

describe('the storage', () => {
  it('says how many saves and replies went well, and rounds nothing up', async () => {
    renderAt('/storage', { state: 'unsaved' });
    expect(await screen.findByText('100% · 18,240 of 18,240')).toBeInTheDocument();
    expect(screen.getByText('98.5% · 398 of 404 · 2 interrupted · 4 failed')).toBeInTheDocument();
  });

  it('is checked, says what is wrong, and is repaired', async () => {
    const user = userEvent.setup();
    const { container } = renderAt('/storage', { state: 'unsaved' });
    await user.click(await screen.findByRole('button', { name: 'Check everything' }));
    expect(await screen.findByText('Something is not as it should be.')).toBeInTheDocument();
    expect(await violations(container)).toEqual([]);
    await user.click(screen.getByRole('button', { name: 'Repair' }));
    expect(await screen.findByText('Everything is there, in order, and as it was saved.')).toBeInTheDocument();
    expect(screen.getByText('1 thing was repaired.')).toBeInTheDocument();
  });
});
