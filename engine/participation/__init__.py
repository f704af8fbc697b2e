"""What residents take part in on the notice board: news, votes, questionnaires."""
