import { describe, expect, it } from 'vitest';
import { inWords } from './failures';
import { daysAgo, formats } from './format-date';
import { french } from './french';
import { english, type Language, languageOf, textOf } from './text';

describe('the language', () => {
  it('is the first preferred one that is known, else English', () => {
    expect(languageOf('system', ['de-DE', 'fr-CA', 'en'])).toBe('fr');
    expect(languageOf('system', ['de-DE'])).toBe('en');
    expect(languageOf('en', ['fr'])).toBe('en');
  });

  it.each<Language>(['en', 'fr'])('counts properly in %s', async (language) => {
    const { locrits } = await textOf(language);
    expect(locrits.messages(1)).toBe('1 message');
    expect(locrits.messages(2)).toBe('2 messages');
  });
});

describe('failures', () => {
  const unreachable = { code: 'unreachable', message: 'The server does not answer.', hint: 'It is kept.' };

  it('are said in the language of the reader', () => {
    expect(inWords(unreachable, english.failures)).toEqual(unreachable);
    expect(inWords(unreachable, french.failures).message).toBe('Le serveur ne répond pas.');
  });

  it('keep the numbers and settings that people need', () => {
    const said = (code: string, message: string) => inWords({ code, message, hint: '' }, french.failures).message;
    expect(said('length', 'The reply was cut at its limit of 512 tokens.')).toContain('512 tokens');
    expect(said('length', 'The reply was cut at its limit.')).toBe('La réponse a été coupée à sa limite.');
    expect(said('model_timeout', 'It was silent for 30 seconds (LOCRIT_MODEL_TIMEOUT).')).toContain(
      'LOCRIT_MODEL_TIMEOUT',
    );
  });

  it('stay as they are told where there are no words for them', () => {
    const unheard = { ...unreachable, code: 'http_599' };
    expect(inWords(unheard, french.failures)).toEqual(unheard);
  });
});

describe('months', () => {
  it.each<Language>(['en', 'fr'])('are short and told apart in %s', (language) => {
    const names = Array.from({ length: 12 }, (_, month) => formats(language).month(new Date(2026, month, 3)));
    expect(new Set(names).size).toBe(12);
    expect(Math.max(...names.map((name) => name.length))).toBeLessThanOrEqual(4);
  });
});

describe('days', () => {
  it('are counted by midnights, not by hours', () => {
    const lateYesterday = new Date(2026, 2, 3, 23, 59);
    const earlyToday = new Date(2026, 2, 4, 0, 1).getTime();
    expect(daysAgo(lateYesterday, earlyToday)).toBe(1);
  });
});
