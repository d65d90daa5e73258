// What a letter's text may be made of, read from its HTML subset and written back in the one form that the server keeps.
import { DOMParser as Reader, Schema } from 'prosemirror-model'

export const MOST_LISTS = 6
const STYLES = ['1', 'a', 'A', 'i', 'I']
const ADDRESS = /^(?:https?:\/\/[^\s]|mailto:[^\s])/i

const heading = (tag, level) => ({ tag, attrs: { level } })

const nodes = {
  doc: { content: '(paragraph | heading | list | blockquote)+' },
  paragraph: { content: 'inline*', group: 'block', parseDOM: [{ tag: 'p' }], toDOM: () => ['p', 0] },
  heading: {
    attrs: { level: { default: 2 } },
    content: 'inline*',
    group: 'block',
    defining: true,
    parseDOM: [heading('h1', 2), heading('h2', 2), ...['h3', 'h4', 'h5', 'h6'].map((tag) => heading(tag, 3))],
    toDOM: (node) => [`h${node.attrs.level}`, 0],
  },
  blockquote: {
    content: '(paragraph | list)+',
    group: 'block',
    defining: true,
    parseDOM: [{ tag: 'blockquote' }],
    toDOM: () => ['blockquote', 0],
  },
  bullet_list: { content: 'list_item+', group: 'block list', parseDOM: [{ tag: 'ul' }], toDOM: () => ['ul', 0] },
  ordered_list: {
    attrs: { start: { default: 1 }, style: { default: '1' } },
    content: 'list_item+',
    group: 'block list',
    parseDOM: [{ tag: 'ol', getAttrs: numbering }],
    toDOM: (node) => ['ol', numberingOf(node), 0],
  },
  list_item: { content: '(paragraph | list)+', defining: true, parseDOM: [{ tag: 'li' }], toDOM: () => ['li', 0] },
  text: { group: 'inline' },
  hard_break: { inline: true, group: 'inline', selectable: false, parseDOM: [{ tag: 'br' }], toDOM: () => ['br'] },
  footnote: {
    inline: true,
    atom: true,
    group: 'inline',
    content: '(text | hard_break)*',
    parseDOM: [{ tag: 'span.fn' }],
    toDOM: () => ['span', { class: 'fn' }, 0],
  },
}

const marks = {
  link: {
    attrs: { href: {} },
    inclusive: false,
    parseDOM: [{ tag: 'a[href]', getAttrs: (link) => ADDRESS.test(link.getAttribute('href')) && { href: link.getAttribute('href') } }],
    // The address of a letter's link is not followed while it is written.
    toDOM: (mark) => ['a', { href: mark.attrs.href, tabindex: '-1' }, 0],
  },
  strong: { parseDOM: [{ tag: 'strong' }, { tag: 'b' }], toDOM: () => ['strong', 0] },
  em: { parseDOM: [{ tag: 'em' }, { tag: 'i' }], toDOM: () => ['em', 0] },
  underline: { parseDOM: [{ tag: 'u' }], toDOM: () => ['u', 0] },
  superscript: { excludes: '', parseDOM: [{ tag: 'sup' }], toDOM: () => ['sup', 0] },
}

export const schema = new Schema({ nodes, marks })

function numbering(list) {
  const start = parseInt(list.getAttribute('start'), 10)
  const style = list.getAttribute('type')
  return { start: start >= 1 && start <= 9999 ? start : 1, style: STYLES.includes(style) ? style : '1' }
}

function numberingOf({ attrs }) {
  return { ...(attrs.start !== 1 && { start: attrs.start }), ...(attrs.style !== '1' && { type: attrs.style }) }
}

// ---- HTML in

const TAG = /<([a-z][^\s/>]*)((?:"[^"]*"|'[^']*'|[^"'>])*)>/gi
const ATTRIBUTE = /([^\s"'=/]+)(\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"']+))?/g

// HTML whose styles are called data-css and which has no handlers: the page's policy forbids both, also where nothing is shown.
export function disarmed(html) {
  const tags = html.replace(/<(style|script)\b[^]*?<\/\1\s*>/gi, '')
  return tags.replace(TAG, (_, name, attributes) => `<${name}${attributes.replace(ATTRIBUTE, disarmedAttribute)}>`)
}

function disarmedAttribute(whole, name, value = '') {
  return /^on/i.test(name) ? '' : /^style$/i.test(name) ? `data-css${value}` : whole
}

// A document of its own, in which no script runs and no picture is fetched.
export function inert(html) {
  return new window.DOMParser().parseFromString(disarmed(html), 'text/html')
}

export function read(html) {
  return Reader.fromSchema(schema).parse(inert(html).body)
}

// ---- HTML out

const TAGS = { link: 'a', strong: 'strong', em: 'em', underline: 'u', superscript: 'sup' }

const escaped = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
const quoted = (text) => escaped(text).replace(/"/g, '&quot;').replace(/'/g, '&#x27;')

export function write(node) {
  let html = ''
  node.forEach((child) => (html += block(child)))
  return html
}

function block(node) {
  if (node.isTextblock) {
    const inside = inline(childrenOf(node))
    const tag = node.type.name === 'heading' ? `h${node.attrs.level}` : 'p'
    return inside.trim() && `<${tag}>${inside}</${tag}>`
  }
  if (node.type.name === 'list_item') return `<li>${item(node)}</li>`
  const tag = { blockquote: 'blockquote', bullet_list: 'ul', ordered_list: 'ol' }[node.type.name]
  const attributes = node.type.name === 'ordered_list' ? Object.entries(numberingOf(node)).map(([name, value]) => ` ${name}="${value}"`).join('') : ''
  const inside = write(node)
  return inside && `<${tag}${attributes}>${inside}</${tag}>`
}

// An item with one paragraph, and that first, is written without <p>.
function item(node) {
  const paragraphs = childrenOf(node).filter((child) => child.isTextblock && child.content.size)
  if (paragraphs.length > 1 || paragraphs[0] !== node.firstChild) return write(node)
  let html = inline(childrenOf(node.firstChild))
  node.forEach((child, _, at) => at && (html += block(child)))
  return html
}

export function childrenOf(node) {
  const children = []
  node.forEach((child) => children.push(child))
  return children
}

function inline(run) {
  return written(run, [])
}

// The mark that goes on for longest is opened first. A note has no marks of its own: it would print inside a link otherwise.
function written(run, opened) {
  let html = ''
  for (let at = 0; at < run.length; ) {
    const [mark, end] = longest(run, at, opened)
    if (!mark) {
      html += leaf(run[at])
      at += 1
      continue
    }
    const tag = TAGS[mark.type.name]
    html += mark.attrs.href ? `<a href="${quoted(mark.attrs.href)}">` : `<${tag}>`
    html += `${written(run.slice(at, end), [...opened, mark])}</${tag}>`
    at = end
  }
  return html
}

const marksOf = (node) => (node.type.name === 'footnote' ? [] : node.marks)

function longest(run, start, opened) {
  let best = null
  let bestEnd = start
  for (const mark of marksOf(run[start])) {
    if (mark.isInSet(opened)) continue
    let end = start
    while (end < run.length && mark.isInSet(marksOf(run[end]))) end += 1
    if (end > bestEnd) [best, bestEnd] = [mark, end]
  }
  return [best, bestEnd]
}

function leaf(node) {
  // Right after a tag this stroke would make one character of itself and the tag's end.
  if (node.isText) return escaped(node.text).replace(/^\u0338/, '&#824;')
  if (node.type.name === 'hard_break') return '<br>'
  return `<span class="fn">${inline(childrenOf(node))}</span>`
}

// ---- questions

export function footnotes(doc) {
  const found = []
  doc.descendants((node, pos) => {
    if (node.type.name === 'footnote') found.push({ node, pos })
    return !node.isLeaf && node.type.name !== 'footnote'
  })
  return found
}

const words = (text) => text.split(/\s+/).filter(Boolean).length

// Words of the text and of its notes, as the server counts them.
export function counts(doc) {
  let total = 0
  let notes = 0
  doc.descendants((node) => {
    if (!node.isTextblock) return true
    let text = ''
    node.forEach((child) => {
      if (child.type.name === 'footnote') {
        notes += 1
        total += words(child.textBetween(0, child.content.size, ' ', '\n'))
      } else text += child.isText ? child.text : '\n'
    })
    total += words(text)
    return false
  })
  return { words: total, notes }
}
