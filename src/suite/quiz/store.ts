/** One question; answers are counted from 0. Field names are the API's and the database's. */
export interface QuizQuestion {
  readonly id: number;
  readonly text: string;
  readonly correctAnswerIndex: number;
  readonly answers: readonly string[];
}

/** One given answer, as it is stored and returned. `timestamp` is RFC 3339. */
export interface QuizAnswer {
  readonly timestamp: string;
  readonly questionId: number;
  readonly answerIndex: number;
  readonly correctAnswerIndex: number;
  readonly correct: boolean;
}

/** How often a question, or the whole quiz, was answered. */
interface QuizStats {
  readonly questions: number;
  readonly answers: number;
  readonly correct: number;
}

/** Where Quiz keeps its questions and answers. Every method rejects where the database cannot be reached. */
export interface QuizStore {
  /** What and where it is, for the log. */
  readonly description: string;
  /** Resolves when the database answers. */
  ping(): Promise<void>;
  question(id: number): Promise<QuizQuestion | null>;
  randomQuestion(): Promise<QuizQuestion | null>;
  /** Resolves when the answer is durable. */
  insertAnswer(answer: QuizAnswer): Promise<void>;
  /** Counts over everything, or over one question. */
  stats(questionId: number | null): Promise<QuizStats>;
  close(): void;
}
