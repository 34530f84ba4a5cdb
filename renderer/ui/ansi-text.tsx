import { type CSSProperties, memo, useMemo } from 'react';
import { type AnsiSpan, type AnsiStyle, parseAnsi } from './ansi.ts';
import classes from './ansi-text.module.css';

/** Terminal output as text with colours: spans only, never HTML from the device. */
export const AnsiText = memo(function AnsiText(props: { text: string }) {
  const lines = useMemo(() => parseAnsi(props.text), [props.text]);
  const last = lines.length - 1;
  return (
    <span className={classes.text}>
      {lines.map((line, index) => (
        // A line has no identity but its place.
        <span key={lineKey(index)}>
          {line.map((span, spanIndex) => (
            <Span key={lineKey(spanIndex)} span={span} />
          ))}
          {index < last && '\n'}
        </span>
      ))}
    </span>
  );
});

function lineKey(index: number): string {
  return `line-${index}`;
}

function Span(props: { span: AnsiSpan }) {
  const { text, style } = props.span;
  const { css, dim } = cssOf(style);
  if (!css && !dim) return text;
  return (
    <span style={css} className={dim ? classes.dim : undefined}>
      {text}
    </span>
  );
}

function cssOf(style: AnsiStyle): { css: CSSProperties | undefined; dim: boolean } {
  const foreground = style.inverse ? (style.background ?? 'var(--bg-sunken)') : style.foreground;
  const background = style.inverse ? (style.foreground ?? 'var(--text)') : style.background;
  const css: CSSProperties = {};
  if (foreground !== undefined)
    css.color = background === undefined ? readable(foreground) : colour(foreground);
  if (background !== undefined) css.backgroundColor = colour(background);
  if (background !== undefined && foreground === undefined) css.color = 'var(--ansi-on)';
  if (style.bold) css.fontWeight = 700;
  if (style.italic) css.fontStyle = 'italic';
  const lines = [style.underline ? 'underline' : '', style.strike ? 'line-through' : ''].join(' ').trim();
  if (lines !== '') css.textDecoration = lines;
  return { css: Object.keys(css).length > 0 ? css : undefined, dim: style.dim === true };
}

function colour(value: number | string): string {
  return typeof value === 'number' ? `var(--ansi-${value})` : value;
}

/** A device's own colours are pulled towards the text colour, so that they can be read in either theme. */
function readable(value: number | string): string {
  if (typeof value === 'number' || value.startsWith('var(')) return colour(value);
  return `color-mix(in oklab, ${value} 65%, var(--text))`;
}
