/** What is replied unless a test says otherwise. */
export const ANSWER =
  'That is a fair question, and the short answer is *yes*.\n\n1. Begin with what you already know.\n2. Write down the one thing that puzzles you.\n3. Ask again tomorrow.\n\n```python\ndef tomorrow(today: int) -> int:\n    """One step further."""\n    return today + 1\n```\n\nThe second attempt is nearly always clearer than the first.\n\n> Slow is the sea,\n> and long is the answer.\n\n- one\n- two  \n  hard break\n- three\n\n' +
  'And so it went on, paragraph after paragraph, with nothing new to say.\n\n'.repeat(12);
