"""Who answers: adapters that turn each model server into a `completion.Provider`."""
