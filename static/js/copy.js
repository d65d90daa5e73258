// Copies what stands in a field, and opens it in the mail program as it stands there now.
(function () {
  const field = (id) => document.getElementById(id)

  const copy = async function (target) {
    target.focus()
    target.select()
    try {
      await navigator.clipboard.writeText(target.value)
    } catch {
      return document.execCommand('copy')
    }
    return true
  }

  for (const button of document.querySelectorAll('[data-copy]')) {
    const status = button.parentElement.querySelector('[data-copied]')
    button.hidden = false
    button.addEventListener('click', async function () {
      status.textContent = (await copy(field(button.dataset.copy))) ? 'Copied.' : 'Press Ctrl+C to copy.'
    })
  }

  for (const link of document.querySelectorAll('[data-mail]')) {
    const [subject, body] = link.dataset.mail.split(' ').map(field)
    const longest = Number(link.dataset.longest)
    const warning = field('too-long')
    const update = function () {
      link.href = `mailto:?subject=${encodeURIComponent(subject.value)}&body=${encodeURIComponent(body.value.replace(/\r?\n/g, '\r\n'))}`
      warning.hidden = link.href.length <= longest
      link.hidden = !warning.hidden
    }
    for (const input of [subject, body]) input.addEventListener('input', update)
    update()
  }
})()
