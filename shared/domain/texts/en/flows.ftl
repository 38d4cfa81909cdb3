# Around guided flows, whose own words stand in flows/.

flow-which = What is it about?
flow-how = Send the number. *back* goes a step back, *cancel* leaves this.
flow-back = One step back
flow-end = If that doesn't help, send *agent* for a person.
flow-number = Please send a number from 1 to { $most }, or *back* or *cancel*.
flow-closed = All right. Send *problem* to look once more, or *help* for all I can do.
