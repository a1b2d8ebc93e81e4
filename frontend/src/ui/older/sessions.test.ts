import { v5 as uuidOf } from 'uuid';
import { describe, expect, test } from 'vitest';
import { pythonJson, sessionsIn } from './sessions';

describe('sessions that another client keeps', () => {
  test('are read as far as they say something', () => {
    const said = { id: 'm', role: 'user', content: 'Hi', timestamp: '2024-05-01T10:00:00Z' };
    const kept = {
      sessions: [
        {
          id: 's',
          name: 'One',
          thread: [said, { role: 'robot', content: 'Yes', timestamp: 'never' }, { content: ' ' }],
        },
        { id: 'empty', thread: [] },
        { thread: 'none' },
        null,
        7,
      ],
    };
    expect(sessionsIn(JSON.stringify(kept))).toEqual([
      {
        id: 's',
        name: 'One',
        said: [
          { id: 'm', role: 'user', content: 'Hi', created_at: '2024-05-01T10:00:00.000Z' },
          { id: '1', role: 'assistant', content: 'Yes', created_at: '2024-05-01T10:00:00.000Z' },
        ],
      },
    ]);
  });

  test.each([null, '', '{', '[]', '"text"', '{"sessions":{}}'])('and %j is none', (text) => {
    expect(sessionsIn(text)).toEqual([]);
  });

  test('have ids as the server derives them', () => {
    const own = (theirs: string) => uuidOf(pythonJson(['c', theirs]), 'd3f2a8b4-7c1e-4b57-9a57-5e0f1c2b6a90');
    expect(own('user-1')).toBe('922599b2-80ae-5198-9d50-a25b66392ec0');
    expect(own('é😀\u007f"\\\n')).toBe('a101d1cd-aed5-5517-b1f0-2b8a6bd68173');
  });
});
