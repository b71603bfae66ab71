"""What reps do to conversations: claim, hand over, answer, note, snooze, close."""
