/** For the compiler alone, which reads the scaffold's checkers where they lie here; it is not copied. */
export * from '../../../../../../checkers/kit/index.ts'
