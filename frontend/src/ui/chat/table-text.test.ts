import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvOf, markdownOf } from './table-text';

function tableOf(rows: string[][], html = false): HTMLTableElement {
  const table = document.createElement('table');
  for (const row of rows) {
    const cells = table.insertRow();
    for (const text of row) {
      const cell = cells.insertCell();
      if (html) cell.innerHTML = text;
      else cell.textContent = text;
    }
  }
  return table;
}

/** As RFC 4180 reads it, state by state. */
function parse(csv: string): string[][] {
  const rows: string[][] = [[]];
  let [cell, inQuotes] = ['', false];
  for (let at = 0; at < csv.length; at++) {
    const char = csv[at];
    if (inQuotes && char === '"' && csv[at + 1] === '"') cell += csv[++at];
    else if (char === '"') inQuotes = !inQuotes;
    else if (!inQuotes && (char === ',' || char === '\r')) {
      rows.at(-1)?.push(cell);
      cell = '';
      if (char === '\r' && csv[++at] === '\n') rows.push([]);
    } else cell += char;
  }
  rows.pop();
  return rows;
}

describe('a table as CSV', () => {
  it('quotes commas, quotes and line ends, and ends each line with CRLF', () => {
    const table = tableOf(
      [
        ['Tea, green', 'He said "hot"'],
        ['two<br>lines', '75 °C'],
      ],
      true,
    );
    expect(csvOf(table)).toBe('"Tea, green","He said ""hot"""\r\n"two\nlines",75 °C\r\n');
  });

  it('is read back as it was, whatever stands in its cells', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', "'", '|', 'é', '水') });
    const rows = fc
      .integer({ min: 1, max: 4 })
      .chain((width) =>
        fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 4 }),
      );
    fc.assert(
      fc.property(rows, (texts) => {
        expect(parse(csvOf(tableOf(texts)))).toEqual(texts.map((row) => row.map((text) => text.replace(/^\r/, "'\r"))));
      }),
    );
  });

  it('makes text of what a spreadsheet would run, and leaves numbers alone', () => {
    const formulas = ['=1+1', '+cmd|x', '@SUM(A1)', '-2+3', '=HYPERLINK("x")'];
    const numbers = ['-5', '+3.2%', '-1,204.50', '-18 °C', '- 4 €'];
    expect(parse(csvOf(tableOf([formulas])))[0]).toEqual(formulas.map((each) => `'${each}`));
    expect(parse(csvOf(tableOf([numbers])))[0]).toEqual(numbers);
  });
});

describe('a table as Markdown', () => {
  it('keeps alignment, marks and bars inside cells', () => {
    const table = tableOf(
      [
        ['Tea', 'Time'],
        ['<strong>Green</strong> <a href="https://e.org">x</a>', '<code>a|b`c</code>'],
      ],
      true,
    );
    table.rows[0]?.cells[1]?.setAttribute('align', 'right');
    expect(markdownOf(table)).toBe('| Tea | Time |\n| --- | ---: |\n| **Green** [x](https://e.org) | ``a\\|b`c`` |\n');
  });
});
