"""Prints the scalars in a folder of event files, as TensorBoard's own reader returns them.

One line of JSON: {tag: [[step, value], ..]}, the tags sorted. Needs `pip install tensorboard`
and the folder as its one argument.
"""

import json
import sys

from tensorboard.backend.event_processing.event_accumulator import SCALARS, EventAccumulator

# 0: all of them. By default the reader keeps a sample.
events = EventAccumulator(sys.argv[1], size_guidance={SCALARS: 0}).Reload()
scalars = {
    tag: [[event.step, event.value] for event in events.Scalars(tag)]
    for tag in events.Tags()[SCALARS]
}
print(json.dumps(scalars, sort_keys=True))
