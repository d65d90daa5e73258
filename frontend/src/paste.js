// What comes from the clipboard: Word, Google Docs, LibreOffice, mail, web pages and plain text, made into the letter's HTML subset.
// What is left out or unsure is said in sentences; nothing is dropped silently.
import { disarmed, inert, MOST_LISTS } from './schema.js'
import { pastedLists } from './pasted_lists.js'
import { pastedNotes } from './pasted_notes.js'

const NEVER = 'script, style, meta, link, title, xml, template, noscript, select, textarea, input, button'
const PICTURES = 'img, picture, svg, object, embed, video, audio, canvas, iframe'
const BLOCKS = 'p, div, h1, h2, h3, h4, h5, h6, ul, ol, li, blockquote, table, tr, td, th, section, article, pre, dl, dt, dd'
// As the server refuses them: controls, and characters that nobody sees.
const INVISIBLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu

// `say` takes each sentence about what was changed. Returns HTML.
export function cleaned(html, say) {
  const visible = html.replace(/\u00ad/g, '').replace(/\u2011/g, '-').replace(INVISIBLE, '')
  const { body } = inert(visible)
  // What was copied in this editor is in our own form already.
  if (body.querySelector('[data-pm-slice]')) return disarmed(visible)
  body.querySelectorAll(NEVER).forEach((node) => node.remove())
  for (const comment of commentsIn(body)) comment.remove()
  unwrapGoogle(body)
  for (const text of body.querySelectorAll('pre')) text.replaceWith(...inert(fromPlain(text.textContent, say)).body.childNodes)
  dropHidden(body)
  dropChanges(body, say)
  pastedNotes(body, say)
  pastedLists(body)
  flattenTables(body, say)
  dropPictures(body, say)
  marksFromStyles(body, say)
  splitAtBlankLines(body)
  tidySpaces(body)
  flattenDeepLists(body, say)
  return body.innerHTML
}

function commentsIn(body) {
  const walker = document.createTreeWalker(body, NodeFilter.SHOW_COMMENT)
  const found = []
  while (walker.nextNode()) found.push(walker.currentNode)
  return found
}

export function unwrap(node) {
  node.replaceWith(...node.childNodes)
}

const styleOf = (node) => (node.getAttribute('data-css') || '').toLowerCase().replace(/\s*:\s*/g, ':')

// Google Docs wraps all in a <b> that is not bold.
function unwrapGoogle(body) {
  body.querySelectorAll('b[id^="docs-internal-guid"]').forEach(unwrap)
}

function dropHidden(body) {
  for (const node of body.querySelectorAll('[data-css]')) {
    if (/display:none|mso-hide:all|visibility:hidden/.test(styleOf(node))) node.remove()
  }
}

function dropChanges(body, say) {
  const deleted = body.querySelectorAll('del, [class~="msoDel"]')
  deleted.forEach((node) => node.remove())
  if (deleted.length) say('Words that were marked as deleted are left out.')
  const comments = body.querySelectorAll('[data-css*="mso-element:comment"], .msocomtxt, a.msocomanchor, .MsoCommentReference, a[href*="#_msocom"]')
  comments.forEach((node) => node.remove())
  if (comments.length) say('Comments are left out.')
}

function dropPictures(body, say) {
  const pictures = [...body.querySelectorAll(PICTURES)].filter((node) => node.isConnected)
  const seen = pictures.filter((node) => !(Number(node.getAttribute('width')) === 1 || Number(node.getAttribute('height')) === 1))
  pictures.forEach((node) => node.remove())
  if (seen.length) say(seen.length === 1 ? 'A picture is left out: a letter holds words only.' : `${seen.length} pictures are left out: a letter holds words only.`)
}

function flattenTables(body, say) {
  const tables = [...body.querySelectorAll('table')]
  for (const table of tables.reverse()) {
    const cells = [...table.querySelectorAll('td, th, caption')].filter((cell) => cell.closest('table') === table)
    const parts = cells.map((cell) => {
      const part = document.createElement(cell.querySelector(BLOCKS) ? 'div' : 'p')
      part.append(...cell.childNodes)
      return part
    })
    table.replaceWith(...parts)
  }
  // A mail is often one table with one cell, which is nothing to speak of.
  if (tables.some((table) => table.rows.length > 1)) say('A table is pasted as paragraphs, one for each cell.')
}

const STYLED = [
  [/(?<![-\w])font-weight:(?:bold|bolder|[6-9]00)/, 'strong', 'strong, b, h1, h2, h3, h4, h5, h6'],
  [/(?<![-\w])font-style:(?:italic|oblique)/, 'em', 'em, i'],
  [/(?<![-\w])text-decoration(?:-line)?:[^;]*underline/, 'u', 'u, a'],
  [/(?<![-\w])vertical-align:super/, 'sup', 'sup'],
]

function marksFromStyles(body, say) {
  for (const node of [...body.querySelectorAll('span[data-css], font[data-css], a[data-css]')]) {
    for (const [style, tag, already] of STYLED) {
      if (!style.test(styleOf(node)) || node.closest(already)) continue
      const mark = document.createElement(tag)
      mark.append(...node.childNodes)
      node.append(mark)
    }
  }
  for (const node of [...body.querySelectorAll('strong, b, em, i')]) {
    if (/(?<![-\w])font-(?:weight|style):normal/.test(styleOf(node))) unwrap(node)
  }
  const struck = [...body.querySelectorAll('s, strike, [data-css*="line-through"]')].filter((node) => node.textContent.trim())
  if (struck.length) say(`Struck-through words are pasted without the line: check “${struck[0].textContent.trim().slice(0, 40)}”.`)
}

// Mail parts its paragraphs by two line breaks.
function splitAtBlankLines(body) {
  for (const node of [body, ...body.querySelectorAll('p, div, td')]) {
    if (node.querySelector(BLOCKS) || !/<br[^>]*>\s*<br/i.test(node.innerHTML) || node.closest('li, .fn')) continue
    const parts = [[]]
    const children = [...node.childNodes]
    children.forEach((child, at) => {
      if (child.nodeName === 'BR' && isBreak(children, at)) parts.push([])
      else parts.at(-1).push(child)
    })
    const paragraphs = parts.filter((part) => part.some((child) => child.textContent.trim())).map((part) => {
      const paragraph = document.createElement('p')
      paragraph.append(...part)
      return paragraph
    })
    if (node === body) node.replaceChildren(...paragraphs)
    else node.replaceWith(...paragraphs)
  }
}

// Whether another break comes next to this one, blanks aside.
function isBreak(children, at) {
  const next = (by) => {
    let other = at + by
    while (children[other]?.nodeType === Node.TEXT_NODE && !children[other].data.trim()) other += by
    return children[other]?.nodeName === 'BR'
  }
  return next(1) || next(-1)
}

// Word fills with no-break spaces what it means as one space.
function tidySpaces(body) {
  const walker = document.createTreeWalker(body, NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) {
    const text = walker.currentNode
    text.data = text.data.replace(/[ \t\r\n]*\u00a0[ \t\r\n\u00a0]+|[ \t\r\n]+\u00a0/g, ' ')
  }
  for (const last of body.querySelectorAll('.EOP')) last.remove() // of Word on the web, at the end of each paragraph
  for (const node of body.querySelectorAll('p, h1, h2, h3, h4, h5, h6, li')) {
    if (!node.textContent.trim() && !node.querySelector('.fn')) node.remove()
  }
}

function flattenDeepLists(body, say) {
  const deep = Array(MOST_LISTS + 1).fill(':is(ul, ol)').join(' ')
  const lists = [...body.querySelectorAll(deep)]
  for (const list of lists.reverse()) {
    const item = list.parentElement.closest('li')
    if (item) item.after(...list.children)
    list.remove()
  }
  if (lists.length) say(`Lists more than ${MOST_LISTS} levels deep are pasted less deep.`)
}

// ---- plain text

const BULLET = /^\s*(?:[•·▪◦●\uf0b7\uf0a7]|o(?=\s{2})|[-–*](?=\s))\s*/
const PARTED = /\w-$/
const NUMBER = /^\s*(\d{1,3})[.)]\s+/

const escaped = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')

// HTML of plain text: an empty line parts paragraphs; lines that a program has clearly wrapped are joined, others stay paragraphs.
export function fromPlain(text, say) {
  const lines = text.replace(/\r\n?|\u2028|\u2029|\u000b/g, '\n').replace(/\f/g, '\n\n').replace(/\u00ad/g, '').replace(/\u2011/g, '-').replace(INVISIBLE, '').split('\n')
  const blocks = [[]]
  for (const line of lines) {
    if (!line.trim()) blocks.push([])
    else blocks.at(-1).push(line.replace(/\s+/g, ' ').trimEnd())
  }
  const paragraphs = blocks.filter((block) => block.length).flatMap((block) => joined(block))
  if (blocks.some((block) => wrapped(block) && block.slice(0, -1).some((line) => PARTED.test(line)))) {
    say('A word was parted at the end of a line: check its hyphen.')
  }
  return listed(paragraphs)
}

// The paragraphs of lines that stand together. Wrapped: no line but the last would have had room for the next one's first word.
function joined(lines) {
  const items = []
  for (const line of lines) {
    const starts = BULLET.test(line) || NUMBER.test(line)
    if (starts || !items.length) items.push([line])
    else items.at(-1).push(line)
  }
  return items.flatMap((item) => (wrapped(item) ? [item.reduce(joinLines)] : item))
}

function wrapped(lines) {
  if (lines.length < 2) return false
  const width = Math.max(...lines.map((line) => line.length))
  if (width < 40) return false
  return lines.slice(0, -1).every((line, at) => line.length + 1 + lines[at + 1].trimStart().split(' ')[0].length > width - 6)
}

// A hyphen at the end of a line may be the word's own, so it stays.
function joinLines(line, next) {
  return PARTED.test(line) ? line + next.trimStart() : `${line} ${next.trimStart()}`
}

function listed(paragraphs) {
  let html = ''
  let open = ''
  for (const line of paragraphs) {
    const number = NUMBER.exec(line)
    const tag = BULLET.test(line) ? 'ul' : number ? 'ol' : ''
    if (open && open !== tag) html += `</${open}>`
    if (tag && open !== tag) html += number && tag === 'ol' ? `<ol start="${number[1]}">` : '<ul>'
    open = tag
    const words = escaped(line.replace(tag === 'ul' ? BULLET : tag ? NUMBER : '', '').trim())
    html += tag ? `<li><p>${words}</p></li>` : `<p>${words}</p>`
  }
  return html + (open ? `</${open}>` : '')
}
