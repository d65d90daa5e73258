// Keeps the formatting of pasted text beside its plain words, as long as the words are those that were pasted.
(function () {
  // The server takes no more either: bytes of formatting, characters of text.
  const MOST = 2000000
  const LONGEST = 200000
  const form = document.querySelector('form[data-paste]')
  if (!form) return
  const area = form.elements.text
  const markup = form.elements.markup
  const note = form.querySelector('[data-paste-note]')
  const drop = form.querySelector('[data-paste-drop]')
  const back = form.querySelector('[data-paste-back]')
  // What the last paste gave, and whether its formatting is wanted.
  const taken = { text: area.value, markup: markup.value, wanted: true }
  let coming = null

  const bytes = (words) => new Blob([words]).size
  const isAll = () => area.selectionStart === 0 && area.selectionEnd === area.value.length
  const isAtEnd = () => area.selectionStart === area.value.length && area.value === taken.text

  area.addEventListener('paste', function (event) {
    const html = event.clipboardData ? event.clipboardData.getData('text/html') : ''
    if (isAll()) coming = html
    else if (isAtEnd() && taken.markup && taken.wanted && html) coming = taken.markup + html
    else coming = null
  })

  area.addEventListener('input', function (event) {
    if (event.inputType === 'insertFromPaste' && coming !== null) {
      taken.text = area.value
      taken.markup = coming
      taken.wanted = true
    }
    coming = null
    show()
  })

  drop.addEventListener('click', function () {
    taken.wanted = false
    show()
    back.focus()
  })

  back.addEventListener('click', function () {
    area.value = taken.text
    taken.wanted = true
    show()
    area.focus()
  })

  function show() {
    const size = bytes(taken.markup)
    const same = area.value === taken.text
    const takes = same && taken.wanted && size > 0 && size <= MOST
    markup.value = takes ? taken.markup : ''
    drop.hidden = !takes
    back.hidden = takes || size === 0 || size > MOST
    note.textContent = said(takes, same, size)
  }

  function said(takes, same, size) {
    if (area.value.length > LONGEST) return 'The text is longer than 200,000 characters, the limit for a letter.'
    if (size === 0) return ''
    if (size > MOST) return 'The formatting is larger than 2 MB, so only the plain words are read.'
    if (!same) return 'The words were changed after they were pasted, so only the plain words are read, without formatting or footnotes.'
    if (!takes) return 'Only the plain words are read, without formatting.'
    return /footnote|_ftn|_edn/i.test(taken.markup) ? 'Formatting and footnotes were taken along.' : 'Formatting was taken along.'
  }

  show()
})()
