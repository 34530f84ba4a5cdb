import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';

const accent: MantineColorsTuple = [
  '#eef3fe',
  '#dbe5fc',
  '#b5c9f8',
  '#8cabf4',
  '#6a91f0',
  '#4f7df0',
  '#3f6fe8',
  '#2557d6',
  '#1e49b8',
  '#173a94',
];

const dark: MantineColorsTuple = [
  '#e8eaee',
  '#c9cdd6',
  '#a5abb7',
  '#959ba8',
  '#3b404b',
  '#2a2e36',
  '#1d2026',
  '#16181d',
  '#121418',
  '#0d0f12',
];

/** Mantine with our type, radius and the one accent colour; surfaces and text come from tokens.css. */
export const theme = createTheme({
  primaryColor: 'accent',
  primaryShade: { light: 7, dark: 6 },
  colors: { accent, dark },
  fontFamily: 'var(--font-sans)',
  fontFamilyMonospace: 'var(--font-mono)',
  fontSizes: { xs: '12px', sm: '13px', md: '13px', lg: '15px', xl: '18px' },
  lineHeights: { xs: '16px', sm: '20px', md: '20px', lg: '22px', xl: '26px' },
  defaultRadius: 6,
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: 'xs', radius: 6 }, styles: { section: { marginInlineEnd: 6 } } },
    Input: { styles: { input: { fontSize: 13 } } },
    InputWrapper: {
      styles: { label: { fontSize: 13 }, description: { fontSize: 12 }, error: { fontSize: 12 } },
    },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray', size: 'md' } },
    TextInput: { defaultProps: { size: 'xs' } },
    PasswordInput: { defaultProps: { size: 'xs' } },
    NumberInput: { defaultProps: { size: 'xs' } },
    Textarea: { defaultProps: { size: 'xs' } },
    Select: { defaultProps: { size: 'xs' } },
    MultiSelect: { defaultProps: { size: 'xs' } },
    TagsInput: { defaultProps: { size: 'xs' } },
    Checkbox: { defaultProps: { size: 'xs' } },
    Switch: { defaultProps: { size: 'xs' } },
    SegmentedControl: { defaultProps: { size: 'xs' } },
    Notification: { defaultProps: { closeButtonProps: { 'aria-label': 'Close this message' } } },
    Tooltip: {
      defaultProps: { openDelay: 400, transitionProps: { duration: 80 }, withArrow: false, fz: 12 },
    },
    Menu: {
      // Without the placeholder the first entry takes the focus, and a menu holds nothing but its entries.
      defaultProps: {
        shadow: 'md',
        transitionProps: { duration: 80 },
        position: 'bottom-end',
        withInitialFocusPlaceholder: false,
      },
    },
    Modal: {
      defaultProps: {
        transitionProps: { duration: 100, transition: 'fade' },
        centered: true,
        closeButtonProps: { 'aria-label': 'Close' },
      },
      styles: {
        overlay: { background: 'var(--scrim)' },
        title: { fontSize: 15, fontWeight: 620, letterSpacing: '-0.008em' },
        header: { background: 'var(--bg-raised)', paddingInline: 24, paddingTop: 18 },
        body: { paddingInline: 24, paddingBottom: 24 },
        content: { background: 'var(--bg-raised)', boxShadow: 'var(--shadow)' },
      },
    },
  },
});

/** Points Mantine's own variables at our tokens, so that both draw the same surfaces. */
export const cssVariablesResolver: CSSVariablesResolver = () => {
  const shared = {
    '--mantine-color-body': 'var(--bg)',
    '--mantine-color-text': 'var(--text)',
    '--mantine-color-dimmed': 'var(--text-dim)',
    '--mantine-color-default': 'var(--bg-raised)',
    '--mantine-color-default-hover': 'var(--bg-hover)',
    '--mantine-color-default-color': 'var(--text)',
    '--mantine-color-default-border': 'var(--line-strong)',
    '--mantine-color-placeholder': 'var(--text-faint)',
    '--mantine-color-error': 'var(--failed)',
    '--mantine-primary-color-filled': 'var(--accent)',
    '--mantine-primary-color-filled-hover': 'var(--accent-hover)',
    '--mantine-color-accent-filled': 'var(--accent)',
    '--mantine-color-accent-filled-hover': 'var(--accent-hover)',
    '--mantine-color-red-filled': '#b3261e',
    '--mantine-color-red-filled-hover': '#991f18',
    '--mantine-color-red-outline': 'var(--failed)',
    '--mantine-color-red-outline-hover': 'var(--failed-soft)',
    '--mantine-color-red-text': 'var(--failed)',
    '--mantine-color-red-light-color': 'var(--failed)',
    '--mantine-color-gray-light-color': 'var(--text)',
    '--mantine-color-gray-text': 'var(--text-dim)',
  };
  return { variables: {}, light: shared, dark: shared };
};
