// Beside each deadline: what the reader's own clock will show then, where that is another time.
(function () {
  // Minutes that local time is ahead of UTC, as the end of the datetime says: -04:00 is -240.
  const ahead = function (datetime) {
    const [, sign, hours, minutes] = datetime.match(/([+-])(\d\d):(\d\d)$/) || []
    return sign ? Number(sign + '1') * (Number(hours) * 60 + Number(minutes)) : null
  }

  const words = function (at, otherDay) {
    const day = otherDay ? { weekday: 'long', month: 'long', day: 'numeric' } : {}
    const parts = new Intl.DateTimeFormat('en-US', { ...day, hour: 'numeric', minute: '2-digit', timeZoneName: 'short' }).formatToParts(at)
    const part = (type) => (parts.find((found) => found.type === type) || {}).value
    const date = otherDay ? `, ${part('weekday')}, ${part('month')} ${part('day')}` : ''
    return ` (${part('hour')}:${part('minute')} ${part('dayPeriod').toLowerCase()} your time, ${part('timeZoneName')}${date})`
  }

  for (const time of document.querySelectorAll('time[data-deadline]')) {
    const at = new Date(time.dateTime)
    const theirs = ahead(time.dateTime)
    if (theirs === null || isNaN(at) || theirs === -at.getTimezoneOffset()) continue
    const own = document.createElement('span')
    own.className = 'own-zone'
    own.textContent = words(at, at.getDate() !== Number(time.dateTime.slice(8, 10)))
    time.after(own)
  }
})()
