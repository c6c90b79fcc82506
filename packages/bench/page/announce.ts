/** Says to those who listen to the page what those who look at it see. */
export function announce(text: string): void {
  const place = document.getElementById('announcement')
  if (place !== null) place.textContent = text
}
