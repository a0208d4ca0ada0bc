//! The index of words.

use crate::dialect::statements;

statements! {
    HEAD = ("select position, next from search_head where id = 1");
    /// One indexer at a time.
    HEAD_LOCKED = ("select position, next from search_head where id = 1" [for_update search_head]);
    ADVANCE = ("update search_head set position = $1, next = $2 where id = 1");
    KNOWN = (
        "select d.seq, d.words from " [rows 1 (subject text, part text)]
        " join search_document d on d.subject = r.subject and d.part = r.part"
    );
    KNOWN_BY_MARK = ("select seq, words from search_document where mark in " [digests 1]);
    MARKED = (
        "select subject from search_document where mark in " [digests 1] " and kind = 'product'"
    );
    DROP_DOCUMENTS = (
        "delete from search_document where seq in (select seq from " [rows 1 (seq bigint)] ")"
    );
    DROP_POSTINGS = (
        "delete from search_posting where (word, seq) in (select word, seq from "
        [rows 1 (word text, seq bigint)] ")"
    );
    ADD_DOCUMENTS = (
        "insert into search_document (seq, kind, subject, part, mark, words) \
         select seq, kind, subject, part, " [unhex "mark"] ", words from "
        [rows 1 (seq bigint, kind text, subject text, part text, mark text, words text)]
    );
    ADD_POSTINGS = (
        "insert into search_posting (word, seq) select word, seq from "
        [rows 1 (word text, seq bigint)]
    );
    COUNT_WORDS = (
        "insert into search_word (word, documents) select word, documents from "
        [rows 1 (word text, documents bigint)]
        " where true on conflict (word) do update set \
             documents = search_word.documents + excluded.documents"
    );
    WORD = ("select word, documents from search_word where word = $1 and documents > 0");
    WORDS_FROM = (
        "select word, documents from search_word \
         where word >= $1 and word < $2 and documents > 0 order by word limit $3"
    );
    POSTINGS = (
        "select seq from search_posting where word = $1 and seq < $2 order by seq desc limit $3"
    );
    AMONG = (
        "select p.seq from " [rows 1 (word text, seq bigint)]
        " join search_posting p on p.word = r.word and p.seq = r.seq"
    );
    FOUND = (
        "select d.seq, d.kind, d.subject, d.part, d.mark, \
             coalesce(l.portfolio, e.portfolio) as portfolio, \
             coalesce(l.product, e.product) as product from "
        [rows 1 (seq bigint)]
        " join search_document d on d.seq = r.seq \
         left join listing l on l.product = d.subject left join entry e on e.id = d.subject \
         where l.product is not null or e.id is not null"
    );
}
