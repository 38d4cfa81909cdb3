# What admins read of the assistant.

ai-off = Done. No question goes to the model any more; the knowledge base answers alone. *ai on* takes that back. Every function knows within seconds.
ai-on = Done. The model answers again, for whoever has agreed to that.
ai-report-days = Send *ai report* for today, or *ai report 7* for the last 7 days; 14 at most.
ai-title = { $days ->
        [one] *The assistant today (UTC)*
       *[other] *The assistant on the last { $days } days (UTC)*
    }
ai-model-none = Model: none is connected
ai-model-off = Model: switched off since { $since }
ai-model-down = Model: not answering, asked again { $until }
ai-model-on = Model: on
ai-hour = This hour: { $asked } of at most { $most } questions went to it
ai-answers = Answers: { $answered } ({ $list }); { $unwanted } that nobody waited for any more
ai-because = Not used, by reason: { $list }
ai-thumbs = 👍 { $good } · 👎 { $bad }
ai-topics = Not answered well, by topic: { $list }
ai-time = The model's time: half { $half }, 95% { $most }
ai-tokens = Tokens: { $read } read, { $written } written
