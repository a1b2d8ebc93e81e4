import { renderHook } from '@testing-library/react';
import { BrowserRouter } from 'react-router';
import { describe, expect, test } from 'vitest';
import { useWayOn } from './use-way-on';

describe('what takes a while', () => {
  test('leads on who waited for it, and nobody who has gone elsewhere', () => {
    window.history.pushState(null, '', '/settings');
    const { result } = renderHook(useWayOn, { wrapper: BrowserRouter });
    const goOn = result.current();
    window.history.pushState(null, '', '/chat');
    goOn('/late');
    expect(window.location.pathname).toBe('/chat');
    result.current()('/next');
    expect(window.location.pathname).toBe('/next');
    window.history.pushState(null, '', '/');
  });
});
