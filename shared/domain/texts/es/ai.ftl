# Lo que los administradores leen del asistente.

ai-off = Listo. Ninguna pregunta va ya al modelo; responde solo la base de conocimiento. *ia encender* lo retoma. Todas las funciones lo saben en segundos.
ai-on = Listo. El modelo responde otra vez, a quien lo haya aceptado.
ai-report-days = Envía *ia informe* para hoy, o *ia informe 7* para los últimos 7 días; 14 como máximo.
ai-title = { $days ->
        [one] *El asistente hoy (UTC)*
       *[other] *El asistente en los últimos { $days } días (UTC)*
    }
ai-model-none = Modelo: no hay ninguno conectado
ai-model-off = Modelo: apagado desde { $since }
ai-model-down = Modelo: no responde, se intenta de nuevo { $until }
ai-model-on = Modelo: encendido
ai-hour = Esta hora: le llegaron { $asked } preguntas, de { $most } como máximo
ai-answers = Respuestas: { $answered } ({ $list }); { $unwanted } que ya nadie esperaba
ai-because = Sin usar, por motivo: { $list }
ai-thumbs = 👍 { $good } · 👎 { $bad }
ai-topics = Mal respondidas, por tema: { $list }
ai-time = Tiempo del modelo: la mitad { $half }, el 95 % { $most }
ai-tokens = Tokens: { $read } leídos, { $written } escritos
