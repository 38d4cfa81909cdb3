//! The stand-in as the crate `async-openai` finds it, whose types are `OpenAI`'s own description.

use async_openai::Client;
use async_openai::config::OpenAIConfig;
use async_openai::error::OpenAIError;
use async_openai::types::chat::{
    ChatCompletionRequestSystemMessageArgs, ChatCompletionRequestUserMessageArgs,
    CreateChatCompletionRequest, CreateChatCompletionRequestArgs, FinishReason,
};
use sandbox::maple::{KEY, MODEL, Manner};

use crate::{World, note};

fn theirs(world: &World, key: &str) -> Client<OpenAIConfig> {
    let config = OpenAIConfig::new()
        .with_api_base(format!("{}/v1", world.url))
        .with_api_key(key);
    Client::with_config(config)
}

fn question(rules: &str) -> CreateChatCompletionRequest {
    let system = ChatCompletionRequestSystemMessageArgs::default()
        .content(rules)
        .build();
    let user = ChatCompletionRequestUserMessageArgs::default()
        .content("hm")
        .build();
    CreateChatCompletionRequestArgs::default()
        .model(MODEL)
        .messages([system.unwrap().into(), user.unwrap().into()])
        .max_completion_tokens(200_u32)
        .build()
        .unwrap()
}

#[tokio::test]
async fn their_client_reads_every_answer() {
    let world = World::start().await;
    let client = theirs(&world, KEY);
    let manners = [
        (Manner::Honest, FinishReason::Stop),
        (Manner::Cut, FinishReason::Length),
        (Manner::Filtered, FinishReason::ContentFilter),
        (Manner::Declines, FinishReason::Stop),
    ];
    for (manner, ended) in manners {
        world.maple.will(manner.clone());
        let answer = client
            .chat()
            .create(question(&note("Because.")))
            .await
            .unwrap();
        let [choice] = answer.choices.as_slice() else {
            panic!("one answer")
        };
        assert_eq!(choice.finish_reason, Some(ended), "{manner:?}");
        assert_eq!(choice.message.refusal.is_some(), manner == Manner::Declines);
        assert_eq!(answer.object, "chat.completion");
        let usage = answer.usage.unwrap();
        assert_eq!(
            usage.total_tokens,
            usage.prompt_tokens + usage.completion_tokens
        );
        if manner == Manner::Honest {
            assert_eq!(choice.message.content.as_deref(), Some("Because."));
        }
    }
}

#[tokio::test]
async fn their_client_reads_every_refusal_and_the_list_of_models() {
    let world = World::start().await;
    let client = theirs(&world, KEY);
    let models = client.models().list().await.unwrap();
    assert_eq!(models.data[0].id, MODEL);
    let stranger = theirs(&world, "another-key")
        .chat()
        .create(question("x"))
        .await;
    assert_eq!(code(stranger), Some("invalid_api_key".to_owned()));
    let mut unheard_of = question("x");
    unheard_of.model = "gpt-1".to_owned();
    let refused = client.chat().create(unheard_of).await;
    assert_eq!(code(refused), Some("model_not_found".to_owned()));
}

fn code<T: std::fmt::Debug>(answer: Result<T, OpenAIError>) -> Option<String> {
    match answer {
        Err(OpenAIError::ApiError(error)) => error.api_error.code,
        other => panic!("{other:?}"),
    }
}
