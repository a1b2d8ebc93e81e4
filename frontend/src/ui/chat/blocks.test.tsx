import { act, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { TooltipProvider } from '../kit/Tooltip';
import { CodeBlock } from './CodeBlock';
import { StreamingContext } from './streaming';

const lines = (count: number) => Array.from({ length: count }, (_, at) => `line ${at}`).join('\n');

const show = (language: string, code: string, streaming = false) =>
  render(
    <StreamingContext value={streaming}>
      <CodeBlock language={language} code={code} />
    </StreamingContext>,
    { wrapper: TooltipProvider },
  );

describe('a block of code', () => {
  it('says how much of a long one is not in sight, and shows it', async () => {
    const { container } = show('text', lines(212));
    expect(container.querySelector('pre')).toHaveClass('code-cut');
    expect(container.querySelector('pre')).toHaveTextContent('line 211');
    await userEvent.click(screen.getByRole('button', { name: 'Show all 212 lines' }));
    expect(container.querySelector('pre')).not.toHaveClass('code-cut');
    expect(screen.getByRole('button', { name: 'Show less' })).toHaveAttribute('aria-expanded', 'true');
  });

  it('does not fold up what is seen being written, nor what is short', () => {
    expect(show('', lines(212), true).container.querySelector('.code-cut')).toBeNull();
    expect(show('', lines(12)).container.querySelector('.code-cut')).toBeNull();
  });

  it('breaks long lines when asked to', async () => {
    const { container } = show('', 'x'.repeat(400));
    await userEvent.click(screen.getByRole('button', { name: 'Wrap long lines' }));
    expect(container.querySelector('pre')).toHaveClass('code-wrapped');
    expect(screen.getByRole('button', { name: 'Wrap long lines' })).toHaveAttribute('aria-pressed', 'true');
  });

  it('marks what a patch removes and adds, for ears too', () => {
    const { container } = show('', '@@ -1 +1 @@\n-cold\n+hot\n');
    expect(container.querySelector('del')).toHaveTextContent('-cold');
    expect(container.querySelector('ins')).toHaveTextContent('+hot');
    expect(container.querySelector('pre')?.textContent).toBe('@@ -1 +1 @@\n-cold\n+hot\n');
  });

  it('leaves very long code plain instead of holding up the page', async () => {
    const code = 'def f(): return 1\n'.repeat(5000);
    const { container } = show('python', code);
    await screen.findByRole('button', { name: /Show all/ });
    expect(container.querySelector('pre')?.textContent).toBe(code);
    expect(container.querySelector('.hljs-keyword')).toBeNull();
  });
});

describe('a diagram', () => {
  it('is its source while it is written', () => {
    show('mermaid', 'graph TD; A-->B', true);
    expect(screen.getByText('graph TD; A-->B')).toBeVisible();
    expect(screen.queryByRole('img')).toBeNull();
  });

  it.each([
    ['block\n  space:99999999 a', 'too large to be drawn'],
    [`graph TD\n${Array.from({ length: 90 }, (_, at) => `A${at}-->B`).join('\n')}`, 'large diagram'],
    [`graph TD;${Array.from({ length: 900 }, (_, at) => `n${at}`).join(';')}`, 'too large to be drawn'],
  ])('that could hold up the page is not drawn unasked', async (code, said) => {
    await act(async () => void show('mermaid', code));
    expect(await screen.findByText(new RegExp(said))).toBeVisible();
    expect(document.querySelector('pre')?.textContent).toBe(code);
  });
});
