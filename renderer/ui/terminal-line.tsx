import type { CSSProperties } from 'react';
import { type AnsiLine, type AnsiStyle, parseAnsi } from './ansi.ts';
import classes from './terminal-output.module.css';

/** One line of more characters than this is cut on screen: the browser would spend seconds on it. */
const LINE_LIMIT_CHARS = 8_000;

/** A text with its colours outside a terminal pane, such as a message in a log. */
export function AnsiText(props: { text: string }) {
  const { text } = props;
  // Most texts have no colours: reading them costs nothing then.
  if (!/\p{Cc}/u.test(text)) return text;
  return parseAnsi(text).map((line, index) => {
    const key = `${index}`;
    return (
      <span key={key} className={classes.palette}>
        {index > 0 && '\n'}
        <TerminalLine line={line} />
      </span>
    );
  });
}

/** One line of terminal output as styled spans. */
export function TerminalLine(props: { line: AnsiLine }) {
  const { line } = props;
  if (line.length === 0) return <br />;
  const length = line.reduce((sum, span) => sum + span.text.length, 0);
  let left = LINE_LIMIT_CHARS;
  const spans = line.map((span, index) => {
    const text = span.text.slice(0, Math.max(0, left));
    left -= span.text.length;
    if (text === '') return null;
    // The spans of a line never change their order: their place is their identity.
    const key = `${index}`;
    return (
      <span key={key} style={cssOf(span.style)}>
        {text}
      </span>
    );
  });
  return (
    <>
      {spans}
      {length > LINE_LIMIT_CHARS && (
        <span className={classes.cut}>
          {` … ${(length - LINE_LIMIT_CHARS).toLocaleString('en')} more characters in this line: copy or download to see them`}
        </span>
      )}
    </>
  );
}

function cssOf(style: AnsiStyle): CSSProperties | undefined {
  const { foreground, background, inverse } = style;
  const front = inverse ? (background ?? 'var(--bg-sunken)') : foreground;
  const back = inverse ? (foreground ?? 'var(--text)') : background;
  const css: CSSProperties = {};
  if (front !== undefined) css.color = back === undefined ? readable(front) : colourOf(front, 'text');
  if (back !== undefined) css.backgroundColor = colourOf(back, 'fill');
  if (style.bold) css.fontWeight = 650;
  if (style.dim) css.opacity = 0.75;
  if (style.italic) css.fontStyle = 'italic';
  if (style.underline || style.strike) {
    css.textDecoration = [style.underline && 'underline', style.strike && 'line-through']
      .filter(Boolean)
      .join(' ');
  }
  return Object.keys(css).length > 0 ? css : undefined;
}

/** The 16 named colours are chosen per theme so that they can be read; the others are the output's own. */
function colourOf(colour: number | string, use: 'text' | 'fill'): string {
  return typeof colour === 'number' ? `var(--ansi-${use}-${colour})` : colour;
}

/** An output's own colours are pulled towards the text's, so that they can be read in either theme. */
function readable(colour: number | string): string {
  if (typeof colour === 'number' || colour.startsWith('var(')) return colourOf(colour, 'text');
  return `color-mix(in oklab, ${colour} 60%, var(--text))`;
}
