// Numbers and names as the page writes them.

const METRIC_WORDS = {
  loss: 'loss',
  accuracy: 'accuracy',
  val_loss: 'validation loss',
  val_accuracy: 'validation accuracy',
};

const WHOLE_NUMBER = new Intl.NumberFormat('en');

export function wholeNumber(value) {
  return WHOLE_NUMBER.format(value);
}

// A probability, never rounded to certainty.
export function percent(probability) {
  if (probability > 0.999 && probability < 0.9999) return `${(probability * 100).toFixed(2)} %`;
  if (probability >= 0.9999) return '> 99.99 %';
  if (probability < 0.001) return '< 0.1 %';
  return `${(probability * 100).toFixed(1)} %`;
}

export function metricName(name) {
  return METRIC_WORDS[name] ?? name.replaceAll('_', ' ');
}

export function metricValue(name, value) {
  if (value === null || value === undefined) return 'not finite';
  return name.endsWith('accuracy') ? `${(value * 100).toFixed(2)} %` : value.toPrecision(4);
}

// The digits of a network: `0 to 9`, or `0, 1 and 7`.
export function digitsInWords(digits) {
  const inARow = digits.every((digit, index) => digit === digits[0] + index);
  if (digits.length > 2 && inARow) return `${digits[0]} to ${digits.at(-1)}`;
  if (digits.length < 2) return digits.join('');
  return `${digits.slice(0, -1).join(', ')} and ${digits.at(-1)}`;
}

export function countOf(count, one, many) {
  return `${wholeNumber(count)} ${count === 1 ? one : many}`;
}
